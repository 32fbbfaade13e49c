"""Questions about a scene, as people ask them, with their answers."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from fusion.colors import COLORS
from fusion.scenes.objects import names_of
from fusion.scenes.scene import COUNTS, Placed, Scene
from fusion.scenes.words import counted, kind, plural, with_article
from fusion.vocabulary import by_name, categories, kinds, vocabulary

PLACES = ("left", "right", "top", "bottom", "middle")
A_SCENE = 6  # questions at the most
CENTRE = 0.13  # how far from the middle, in shares of the picture, still is the middle
LEAN = 1.35  # how much farther to one side than to the other, so that the side is plain
BIGGER = 1.7
MAIN = 0.12  # share of the picture from which a thing is asked for by name


@dataclass(frozen=True)
class Question:
    """kind: the type that evaluation reports apart. about: the object that it names, if one."""

    text: str
    answer: str
    kind: str
    about: Placed | None = None


def questions(scene: Scene) -> tuple[Question, ...]:
    """Up to A_SCENE different questions, of as many types as the scene allows; the same ones each time."""
    random_ = random.Random(f"questions {scene.key}")
    placed = scene.placed
    made: list[Question] = []
    makers = list(_MAKERS)
    random_.shuffle(makers)
    for make in [*makers, *makers]:
        if len(made) == A_SCENE or not placed:
            break
        question = make(random_, placed)
        if question is not None and question.text not in {other.text for other in made}:
            made.append(question)
    return tuple(made)


def possible_answers(names: frozenset[str]) -> tuple[str, ...]:
    """Every answer, names in the order of the vocabulary first."""
    known = [name.name for name in vocabulary() if name.name in names]
    parents = [name.parent for name in vocabulary() if name.parent]
    rest = [*parents, *categories(), *COLORS, *map(str, COUNTS), *PLACES, "yes", "no"]
    return tuple(dict.fromkeys([*known, *rest]))


def _alone(placed: tuple[Placed, ...], least: float = MAIN) -> Placed | None:
    """The only thing in the scene, or the one that all the others are like; None where there is none."""
    names = {other.name for other in placed}
    biggest = max(placed, key=lambda other: other.area)
    return biggest if len(names) == 1 and (biggest.area >= least or len(placed) > 2) else None


def _named(random_: random.Random, name: str, upwards: bool = True) -> str:
    """A word for a name: mostly itself, else another word or, upwards, a more general one."""
    draw = random_.random()
    words = by_name()[name].words
    if draw < 0.2 and words:
        return random_.choice(words)
    general = [other for other in kinds(name)[1:] if other not in ("landscape", "object")]
    return random_.choice(general) if upwards and draw < 0.4 and general else name


def _what(random_: random.Random, placed: tuple[Placed, ...]) -> Question | None:
    thing = _alone(placed)
    if thing is None:
        return None
    name = by_name()[thing.name]
    asked = kind(name.category)
    forms = [
        "What is this?", "what is this", "What's this?", "What is that?", "what can you see",
        "What do you see?", "What is in the picture?", "What is shown in the picture?",
        "What does this picture show?",
        "What is it?", "What is shown here?", "what's in the photo?", "What is in this photo?",
        f"What {asked} is this?", f"What {asked} is this?", f"Which {asked} is this?",
        f"what {asked} is that",
        f"What {asked} is in the picture?", f"Which {asked} do you see?", f"What {asked} is shown here?",
        f"What is this {asked} called?", f"Name this {asked}.", f"What {asked} can you see?",
        f"Can you tell me what {asked} this is?", f"What is the name of this {asked}?",
        f"What {asked} are we looking at?",
    ]  # fmt: skip
    if name.category == "animal":
        doing = random_.choice(
            ["standing", "sitting", "lying", "walking", "resting", "hiding", "looking around"]
        )
        forms += [
            f"What {random_.choice(['animal', name.parent or 'animal'])} is {doing} {place}?"
            for place in ("here", "there")
        ]
    if name.category == "person":
        forms = ["Who is this?", "Who is in the picture?", "Who do you see?", *forms[:5]]
    elif name.category == "landscape":
        forms = [*forms[:13], "What place is this?", "What kind of place is this?", "Where was this taken?"]
    elif name.category == "object":
        forms = [*forms[:13], "What object is this?", "What thing is this?"]
    if name.parent:
        forms += [f"What {name.parent} is this?", f"Which {name.parent} is that?"] * 3
        forms += [f"What kind of {name.parent} is this?", f"What {name.parent} is in the picture?"]
    if len(placed) > 1 and counted(thing.name):
        several = plural(
            random_.choice([name.parent or "thing", "thing", "animal" if asked == "animal" else "thing"])
        )
        forms = [
            "What are these?", "What do you see?", "What is in the picture?", f"What {several} are these?",
            f"Which {several} are these?", f"What kind of {several} are these?", f"What are those {several}?",
        ]  # fmt: skip
    return Question(
        random_.choice(forms), thing.name, "animal" if name.category == "animal" else "object", thing
    )


def _category(random_: random.Random, placed: tuple[Placed, ...]) -> Question | None:
    thing = _alone(placed)
    if thing is None:
        return None
    name = by_name()[thing.name]
    if name.parent and name.category != "person" and random_.random() < 0.35:
        asked = kind(name.category)
        forms = [
            f"What kind of {asked} is this?",
            f"What sort of {asked} is that?",
            f"what type of {asked} is it?",
        ]
        return Question(random_.choice(forms), name.parent, "category", thing)
    forms = [
        "What kind of thing is this?", "What sort of thing is this?", "what kind of thing is that",
        "What kind of thing is in the picture?", "What kind of object is this?",
        "What type of thing is this?", "What category does this belong to?", "What kind of thing do you see?",
        "What kind of thing is shown?",
    ]  # fmt: skip
    return Question(random_.choice(forms), name.category, "category", thing)


def _present(random_: random.Random, placed: tuple[Placed, ...]) -> Question | None:
    """Yes or no: is something there?"""
    thing = random_.choice(placed)
    yes = random_.random() < 0.5
    word = _named(random_, thing.name) if yes else _absent(random_, placed, thing)
    if word is None:
        return None
    some = with_article(word)
    forms = [
        f"Is there {some}?", f"Is there {some} in the picture?", f"is there {some} in this photo",
        f"Do you see {some}?", f"Can you see {some}?", f"Does the picture show {some}?", f"Is {some} here?",
        f"Are there any {plural(word)}?", f"Are there {plural(word)} in the picture?",
        f"Do you see any {plural(word)}?",
    ]  # fmt: skip
    if len(placed) == 1:
        forms += [f"Is this {some}?", f"Is it {some}?", f"is that {some}", f"Is this {some}?"]
    if not counted(word):
        forms = [form.replace("Is there", "Are there") if word.endswith("s") else form for form in forms[:6]]
    return Question(random_.choice(forms), "yes" if yes else "no", "yes/no", thing if yes else None)


def _absent(random_: random.Random, placed: tuple[Placed, ...], near: Placed) -> str | None:
    """A word for what is not in the scene, told as what is there is told; half the time of its kind."""
    there = {general for other in placed for general in kinds(other.name)}
    general = {parent for other in placed for parent in _family(other.name)}
    category = by_name()[near.name].category if random_.random() < 0.5 else None
    others = [
        name
        for name in _pool(near)
        if name not in general and (category is None or by_name()[name].category == category)
    ]
    words = [_named(random_, random_.choice(others)) for _ in range(4)] if others else []
    # What is there in general, such as a bird where an owl is, would be wrong to deny.
    return next((word for word in words if word not in there), None)


def _family(name: str) -> set[str]:
    """A name, its parents but not its category, and what it is the parent of."""
    return {*kinds(name)[:-1], name, *(n.name for n in vocabulary() if n.parent == name)}


def _pool(near: Placed) -> tuple[str, ...]:
    """The names that scenes like this one show: asking for another would give the answer away."""
    if near.item is None:
        return tuple(name.name for name in vocabulary() if name.classes)
    return names_of(near.item.domain == "photo")


def _choice(random_: random.Random, placed: tuple[Placed, ...]) -> Question | None:
    thing = _alone(placed)
    if thing is None:
        return None
    draw = random_.random()
    category = by_name()[thing.name].category
    of_color = 0.3 <= draw < 0.5 and bool(thing.color)
    if draw < 0.3:
        right, wrong = category, random_.choice([c for c in categories() if c != category])
        right, wrong = kind(right), kind(wrong)
        answer = category
    elif of_color:
        right = answer = thing.color
        wrong = random_.choice([color for color in COLORS if color != right])
    else:
        right = answer = thing.name
        other = _absent_name(random_, thing, category if random_.random() < 0.6 else None)
        if other is None:
            return None
        wrong = other
    pair = [right, wrong]
    random_.shuffle(pair)
    if of_color:
        subject = random_.choice(["it", "this", f"the {thing.name}"])
        forms = [f"Is {subject} {pair[0]} or {pair[1]}?"]
    else:
        a, b = map(with_article, pair)
        forms = [
            f"Is this {a} or {b}?",
            f"Is it {a} or {b}?",
            f"is that {a} or {b}",
            f"Is this {a} or is it {b}?",
        ]
    return Question(random_.choice(forms), answer, "choice", thing)


def _absent_name(random_: random.Random, thing: Placed, category: str | None) -> str | None:
    family = _family(thing.name)
    others = [
        name
        for name in _pool(thing)
        if name not in family and (category is None or by_name()[name].category == category)
    ]
    return random_.choice(others) if others else None


def _color(random_: random.Random, placed: tuple[Placed, ...]) -> Question | None:
    clear = [p for p in placed if p.color and only(p, placed)]
    if not clear:
        return None
    thing = random_.choice(clear)
    word = _named(random_, thing.name)
    if any(word in kinds(other.name) for other in placed if other.name != thing.name):
        word = thing.name
    subject = f"the {word}" if len(placed) > 1 or random_.random() < 0.75 else random_.choice(["this", "it"])
    tint = random_.choice(["color", "colour"])
    if random_.random() < 0.2:
        color = (
            thing.color if random_.random() < 0.5 else random_.choice([c for c in COLORS if c != thing.color])
        )
        return Question(f"Is {subject} {color}?", "yes" if color == thing.color else "no", "yes/no", thing)
    forms = [
        f"What {tint} is {subject}?", f"What {tint} is {subject}?", f"what {tint} is {subject}",
        f"Which {tint} is {subject}?", f"What is the {tint} of {subject}?",
        f"What {tint} does {subject} have?",
    ]  # fmt: skip
    return Question(random_.choice(forms), thing.color, "color", thing)


def _count(random_: random.Random, placed: tuple[Placed, ...]) -> Question | None:
    names = [p.name for p in placed]
    name = random_.choice(names)
    if not counted(name) or (len(placed) == 1 and random_.random() < 0.75):
        return None
    general = [word for word in kinds(name)[1:] if word not in ("landscape", "object", "food", "clothing")]
    word = random_.choice(general) if general and random_.random() < 0.25 else name
    many = sum(word in kinds(other) for other in names)
    if many == 1 and random_.random() < 0.5:
        return None
    several = plural(word) if word in by_name() or word in ("animal", "vehicle", "tool", "toy") else "things"
    if several == "things":
        many = len(placed)
    forms = [
        f"How many {several} are there?", f"how many {several} are there", f"How many {several} do you see?",
        f"How many {several} are in the picture?", f"How many {several} can you see?",
        f"What is the number of {several}?",
    ]  # fmt: skip
    return Question(random_.choice(forms), str(many), "count")


def _position(random_: random.Random, placed: tuple[Placed, ...]) -> Question | None:
    thing = random_.choice([p for p in placed if only(p, placed)] or [None])
    where = None if thing is None else side(thing.centre)
    if thing is None or where is None:
        return None
    word = _named(random_, thing.name)
    if any(word in kinds(other.name) for other in placed if other.name != thing.name):
        word = thing.name
    forms = [
        f"Where is the {word}?", f"where is the {word}", f"Where is the {word} in the picture?",
        f"Where in the picture is the {word}?", f"On which side is the {word}?",
        f"In which part of the picture is the {word}?",
    ]  # fmt: skip
    return Question(random_.choice(forms), where, "position", thing)


def side(centre: tuple[float, float]) -> str | None:
    """Where a point (x, y) lies, both in shares of the picture; None where two sides are as near."""
    x, y = centre[0] - 0.5, centre[1] - 0.5
    if abs(x) < CENTRE and abs(y) < CENTRE:
        return "middle"
    if abs(x) > LEAN * abs(y):
        return "left" if x < 0 else "right"
    if abs(y) > LEAN * abs(x):
        return "top" if y < 0 else "bottom"
    return None


def _relation(random_: random.Random, placed: tuple[Placed, ...]) -> Question | None:
    """What is on one side of the other thing?"""
    if len(placed) != 2 or placed[0].name == placed[1].name:
        return None
    thing, other = random_.sample(placed, 2)
    where = side((thing.centre[0] - other.centre[0] + 0.5, thing.centre[1] - other.centre[1] + 0.5))
    if where in (None, "middle"):
        return None
    phrases = {
        "left": ["left of", "to the left of"],
        "right": ["right of", "to the right of"],
        "top": ["above", "over"],
        "bottom": ["below", "under"],
    }
    phrase = random_.choice(phrases[str(where)])
    forms = [
        f"What is {phrase} the {other.name}?",
        f"what is {phrase} the {other.name}",
        f"What do you see {phrase} the {other.name}?",
    ]
    return Question(random_.choice(forms), thing.name, "relation", thing)


def _size(random_: random.Random, placed: tuple[Placed, ...]) -> Question | None:
    if len({p.name for p in placed}) != len(placed) or len(placed) < 2:
        return None
    a, b = random_.sample(placed, 2)
    big, small = (a, b) if a.area > b.area else (b, a)
    if big.area < BIGGER * small.area:
        return None
    word, answer = random_.choice([("bigger", big), ("larger", big), ("smaller", small)])
    forms = [
        f"Which is {word}, the {a.name} or the {b.name}?",
        f"What is {word}, the {a.name} or the {b.name}?",
    ]
    return Question(random_.choice(forms), answer.name, "size", answer)


def only(thing: Placed, placed: tuple[Placed, ...]) -> bool:
    return sum(other.name == thing.name for other in placed) == 1


_Maker = Callable[[random.Random, tuple[Placed, ...]], Question | None]
_MAKERS: tuple[_Maker, ...] = (
    _what, _what, _category, _present, _present, _choice, _color, _color, _count, _position, _relation, _size,
)  # fmt: skip
