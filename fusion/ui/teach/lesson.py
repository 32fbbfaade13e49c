"""What one visitor teaches, in memory and for this visit alone."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count

from PIL import Image

from fusion.errors import UserError
from fusion.inputs import clean_picture, clean_text
from fusion.language import say
from fusion.paths import ASSETS
from fusion.teach import MAX_EXAMPLES, Shot, Taught
from fusion.teach.given import clean_name
from fusion.teach.head import Step
from fusion.ui.pictures import data_url

THUMBNAIL = 96  # pixels of the longer side
# What a visitor gives stays in memory: a picture in a size that no encoder here reads more of.
MAX_ROWS, KEPT = 20, 512  # classes; pixels of the longer side
EXAMPLE = {
    "furry": ("panda", "koala", "bison", "cat"),
    "not furry": ("crab", "goldfish", "macaw", "clownfish"),
}
EXAMPLE_QUERY = ASSETS / "photos" / "kangaroo.jpg"
_ids = count(1)


@dataclass(eq=False)
class Given:
    """A picture of a class, cleaned, and a small one for the page."""

    picture: Image.Image
    thumbnail: str
    name: str
    id: int = field(default_factory=lambda: next(_ids))


@dataclass(eq=False)
class Row:
    """A class: the first text goes with the first picture, and so on; what is left over stands alone."""

    name: str = ""
    pictures: list[Given] = field(default_factory=list)
    texts: str = ""
    id: int = field(default_factory=lambda: next(_ids))

    @property
    def lines(self) -> list[str]:
        """The texts, "" where a line is empty; none after the last that is not."""
        return self.texts.rstrip().split("\n") if self.texts.strip() else []

    def shots(self) -> list[Shot]:
        """Its examples, cleaned."""
        lines = [clean_text(line) for line in self.lines]
        both = range(max(len(self.pictures), len(lines)))
        pictures = [given.picture for given in self.pictures]
        found = [
            Shot(self.name, *(_at(pictures, i, None), _at(lines, i, "")))  # type: ignore[arg-type]
            for i in both
        ]
        return [shot for shot in found if shot.picture is not None or shot.text]


def _at(items: Sequence[object], i: int, missing: object) -> object:
    return items[i] if i < len(items) else missing


@dataclass(eq=False)
class Lesson:
    """rows: the classes. taught: by the rows as they are, None while they teach nothing yet. history: of the
    fine-tuning that was shown last. query: what is tried, a picture and a text. version: counts the changes,
    so that what was begun before one is not shown after it. stopping: whether the fine-tuning is to end.
    """

    rows: list[Row] = field(default_factory=lambda: [Row(), Row()])
    taught: Taught | None = None
    history: tuple[Step, ...] = ()
    picture: Image.Image | None = None
    text: str = ""
    version: int = 0
    stopping: bool = False

    def row(self, number: int) -> Row:
        """The class of that number; raises UserError where it is gone."""
        for row in self.rows:
            if row.id == number:
                return row
        raise UserError(say("That class is not there any more."))

    def changed(self) -> None:
        """What was taught is so no more."""
        self.version += 1
        self.taught, self.history = None, ()

    def add(self) -> None:
        """One more class."""
        if len(self.rows) >= MAX_ROWS:
            raise UserError(say("There may be up to {most} classes here.", most=MAX_ROWS))
        self.rows.append(Row())

    def remove(self, number: int) -> None:
        """A class goes; two stay, empty or not."""
        self.rows.remove(self.row(number))
        while len(self.rows) < 2:
            self.rows.append(Row())
        self.changed()

    def rename(self, number: int, name: str) -> None:
        """Raises UserError for a name that another class has; the one before stays."""
        row, cleaned = self.row(number), clean_name(name) if name.strip() else ""
        if cleaned and any(cleaned.casefold() == r.name.casefold() for r in self.rows if r is not row):
            raise UserError(say("Another class is named {name}; give each a name of its own.", name=cleaned))
        if cleaned != row.name:
            row.name = cleaned
            self.changed()

    def write(self, number: int, texts: str) -> None:
        """The texts of a class, one a line; raises UserError for too many and where one is too long."""
        row = self.row(number)
        many = UserError(say("A class takes up to {most} texts, one a line.", most=MAX_EXAMPLES))
        if texts.count("\n") > 10 * MAX_EXAMPLES:
            raise many
        before, row.texts = row.texts, texts
        try:
            if len(row.lines) > MAX_EXAMPLES:
                raise many
            row.shots()
        except UserError:
            row.texts = before
            raise
        if texts != before:
            self.changed()

    def put(self, number: int, pictures: Sequence[Given]) -> str:
        """Pictures of a class, as many as there is room for; a sentence where that is not all of them."""
        row = self.row(number)
        room = MAX_EXAMPLES - len(row.pictures)
        row.pictures += pictures[:room]
        if pictures[:room]:
            self.changed()
        if len(pictures) <= room:
            return ""
        left = len(pictures) - room
        if left == 1:
            return say("A class takes up to {most} pictures; 1 of these is left aside.", most=MAX_EXAMPLES)
        return say(
            "A class takes up to {most} pictures; {n} of these are left aside.", most=MAX_EXAMPLES, n=left
        )

    def drop(self, number: int) -> None:
        """A picture goes."""
        for row in self.rows:
            row.pictures = [given for given in row.pictures if given.id != number]
        self.changed()

    def forget(self) -> None:
        """The visitor has left."""
        self.changed()
        self.rows, self.picture, self.text = [], None, ""

    def usable(self) -> tuple[list[str], list[Shot]]:
        """The classes that can be told apart, and their examples: those that have a name and any."""
        rows = [row for row in self.rows if row.name and row.shots()]
        return [row.name for row in rows], [shot for row in rows for shot in row.shots()]

    def missing(self) -> str:
        """A sentence on what is to be given next, "" where nothing is."""
        unnamed = [i for i, row in enumerate(self.rows, 1) if not row.name and row.shots()]
        if unnamed:
            return say("Name class {number}.", number=unnamed[0])
        labels, _ = self.usable()
        named = [row.name for row in self.rows if row.name and row.name not in labels]
        if named:
            return say("Give {name} a picture or a text to learn from.", name=named[0])
        return "" if len(labels) > 1 else say("Name two classes and give each a picture or a text.")


def given(path: str, name: str) -> Given:
    """A picture that was uploaded; raises UserError where it is none."""
    picture = clean_picture(path)
    assert picture is not None
    picture.thumbnail((KEPT, KEPT))
    small = picture.copy()
    small.thumbnail((THUMBNAIL, THUMBNAIL))
    return Given(picture, data_url(small), name)


def example() -> list[Row]:
    """Two classes of photographs that are shipped."""
    folder = ASSETS / "photos"
    return [
        Row(label, [given(str(folder / f"{name}.jpg"), name) for name in names])
        for label, names in EXAMPLE.items()
    ]
