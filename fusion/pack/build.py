"""Build assets/pack: emoji renders, clip-art and textures, named by assets/vocabulary.csv."""

import csv
import io
import json
import re
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image

from fusion.colors import dominant_colors
from fusion.pack.fetch import debian_package, npm_package, python_package
from fusion.pack.read import BACKGROUNDS, FOLDER, OBJECTS
from fusion.paths import written_whole
from fusion.progress import Progress, silent
from fusion.vocabulary import vocabulary

SIDE = 128
QUALITY = 70
PER_NAME = 6
MOST_PIXELS = 20_000_000
OPAQUE = 128  # alpha from which a pixel belongs to the object
CLEAR = 0.005  # share of the cropped picture that must be transparent
SAME = 4.0  # mean difference of 8x8 grey thumbnails below which two pictures of like shape are one
SAME_SHAPE = 0.1  # difference of their ratios of width to height
TEXTURES = ("grass", "gravel", "brick")  # scikit-image's data, CC0 by its own docstrings
TEXTURE_CROPS = {"a": (0, 0), "b": (256, 0), "c": (0, 256), "d": (256, 256)}

# Emoji of people are faces but for those with a task; the last two groups hold the robot and the skull.
_EMOJI_GROUPS = ("Animals & Nature", "Food & Drink", "Activities", "Travel & Places", "Objects")
_EMOJI_SUBGROUPS = ("person-role", "person-fantasy", "person-activity", "face-costume", "face-negative")
_EMOJI_NAMES = """
    airplane_departure=airplane amphora=vase balloon=balloons blowfish=pufferfish boat=sailboat
    bouquet=flower bow_and_arrow=bow bug=caterpillar bullettrain_front=train bullettrain_side=train
    camping=tent cheese_wedge=cheese chess_pawn=chess_piece chestnut=nut chocolate_bar=chocolate
    cityscape=city computer=laptop couch_and_lamp=sofa cut_of_meat=meat dollar=money earth_africa=earth
    earth_americas=earth earth_asia=earth eyeglasses=sunglasses flatbread=bread frame_with_picture=picture
    fuelpump=parking_meter game_die=dice ginger_root=ginger headstone=gravestone high_heel=shoe
    honey_pot=honey hyacinth=flower iphone=mobile_phone izakaya_lantern=lamp jack_o_lantern=pumpkin
    jigsaw=jigsaw_puzzle leafless_tree=tree leafy_green=lettuce ledger=notebook light_rail=tram link=chain
    lotus=flower mag=magnifying_glass mega=loudspeaker metro=train moneybag=money monorail=train
    mount_fuji=mountain necktie=tie nut_and_bolt=bolt oil_drum=barrel one-piece_swimsuit=swimsuit
    oyster=shell package=box pea_pod=peas poodle=dog postbox=mailbox poultry_leg=meat railway_car=tram
    rice_ball=rice roll_of_paper=toilet_paper sake=bottle santa=santa_claus sauropod=dinosaur
    school_satchel=backpack shamrock=clover shopping_trolley=shopping_cart softball=ball
    spiral_note_pad=notebook stuffed_flatbread=sandwich t-rex=dinosaur telephone_receiver=telephone
    tennis=racket three_button_mouse=computer_mouse tophat=hat trolleybus=bus video_game=joystick
    wastebasket=trash_can womans_clothes=shirt
"""  # where the emoji's own name says another thing, or none of the vocabulary
_CLIPART_WITHOUT = (  # folders of symbols, of flags and of pictures that lie elsewhere too
    "buttons",
    "computer/buttons",
    "computer/icons",
    "logos",
    "recreation/games/cards",
    "shapes",
    "signs_and_symbols",
    "special",
    "unsorted/duplicates",
)
_SAYS_NOTHING = re.compile(r"^(part of|clipart by|lemon svg|etiquette|svg )", re.IGNORECASE)
_SHARED_TITLES = 12  # a title on so many drawings is that of a collection
_CUT = re.compile(r"\b(?:with|of|in|on|by|for|from|at|without|under|over|to|as)\b|[,:;/(]| - ")
_PART = re.compile(r"^(?:a |the )?(?:pair|slice|piece|bunch|bowl|glass|cup|bottle) of ")
_KIND = set(
    "icon outline silhouette silhouet contour drawing clipart cartoon picture illustration symbol".split()
)
_KIND |= set("head profile slice wedge cone building simple bw".split())
# Titles in Italian and French begin with their noun, and so do some in English.
_FIRST_WORDS = """
    abeille=bee acquila=eagle aglio=garlic aircraft=airplane albero=tree ambulans=ambulance
    antilope=antelope aquila=eagle arbre=tree autos=car baloon=balloons bicicletta=bicycle
    binocolo=binoculars bottiglia=bottle bussola=compass canguro=kangaroo casa=house
    cavalletta=grasshopper cavallo=horse cestino=trash_can champignon=mushroom chateau=castle cigno=swan
    cinepresa=camera clessidra=hourglass coccinella=ladybug coccinelle=ladybug coccinellona=ladybug
    coniglio=rabbit cormorant=bird crawfish=lobster cuppa=cup dino=dinosaur dinosauro=dinosaur
    elefante=elephant farfalla=butterfly ferro=iron fiore=flower flamand=flamingo formichina=ant
    formicona=ant gabbiano=seagull gallo=rooster gateau=cake gatto=cat gauffre=pancake gelato=ice_cream
    glace=ice_cream gufo=owl hummer=jeep joypad=joystick katana=sword lens=magnifying_glass leone=lion
    lettera=envelope libellula=dragonfly libellule=dragonfly lightbulb=light_bulb longsword=sword
    lucchetto=lock lucertola=lizard lucertolona=lizard lucertolone=lizard lumaca=snail mante=mantis
    mantide=mantis microphone=microphone microscopio=microscope moschito=mosquito orso=bear ours=bear
    palloncini=balloons pallone=hot_air_balloon palmtree=palm_tree pasteque=melon pecora=sheep
    pennello=paintbrush peperoncino=chili pera=pear pesca=peach pinguino=penguin pizza=pizza pollo=chicken
    poltrona=chair pomodori=tomato porcinet=pig proiettore=projector prugna=plum puffin=bird
    ragnetto=spider ragno=spider ramarro=lizard rana=frog redcar=car sakura=flower scodella=bowl
    sedia=chair siringa=syringe sledge=sled spaghetti=pasta sportcar=sports_car stampante=printer
    tacchino=turkey tavolo=table tazza=cup teacup=cup teddybear=teddy_bear teiera=teapot
    telefono=telephone telephone=telephone televisore=television tigre=tiger topo=mouse toro=ox torta=cake
    trattore=tractor trumpet=trumpet tux=penguin uccello=bird zanzara=mosquito zucca=pumpkin
"""


@dataclass(frozen=True)
class Candidate:
    """A picture on disk that a name fits."""

    path: Path
    file: str  # within objects.zip
    name: str
    domain: str
    source: str


def build(progress: Progress = silent) -> Path:
    """Fetch the packages and write assets/pack anew; its folder. Raises UserError where a client fails."""
    with TemporaryDirectory() as temporary:
        root = Path(temporary)
        steps = [
            lambda: npm_package("@lobehub/fluent-emoji-3d", "1.1.0", _new(root / "renders")),
            lambda: npm_package("emoji-datasource", "16.0.0", _new(root / "emoji")),
            lambda: debian_package("openclipart-png", _new(root / "drawings")),
            lambda: debian_package("openclipart-svg", _new(root / "titles")),
            lambda: python_package("scikit-image", "0.26.0", _new(root / "textures")),
        ]
        folders = []
        for done, step in enumerate(steps):
            progress("packages", done, len(steps))
            folders.append(step())
        progress("packages", len(steps), len(steps))
        renders, emoji, drawings, titles, textures = folders
        terms = known_terms()
        candidates = [*emoji_candidates(renders, emoji, terms), *clipart_candidates(drawings, titles, terms)]
        write_objects(candidates, excluded(), FOLDER, progress)
        write_backgrounds(textures / "skimage" / "data", FOLDER)
    return FOLDER


def known_terms() -> dict[str, str]:
    """The vocabulary's names, and the other words for them, to the name."""
    names = vocabulary()
    return {word: name.name for name in names for word in name.words} | {
        name.name: name.name for name in names
    }


def excluded() -> set[str]:
    """Files that a look at them ruled out."""
    with Path(__file__).with_name("exclude.csv").open(newline="", encoding="utf-8") as file:
        return {row["file"] for row in csv.DictReader(file)}


def named(title: str, terms: dict[str, str]) -> str | None:
    """The name that a title's head noun has in `terms`, or None: "Red sports car" is a sports car."""
    phrase = re.sub(r"[_\s]+", " ", title.lower()).strip()
    if phrase in terms:
        return terms[phrase]
    words = re.findall(r"[a-z']+", re.split(_CUT, _PART.sub("", phrase))[0])
    if {"and", "or", "no"} & set(words):
        return None
    while words:
        tails = [words[start:] for start in range(len(words))]
        forms = [form for tail in tails for form in (" ".join(tail), "".join(tail))]
        for form in forms:
            for singular in (form, *_singular(form)):
                if singular in terms:
                    return terms[singular]
        if words.pop() not in _KIND:
            break
    before, hyphen, _ = title.partition("-")
    return named(before, terms) if hyphen else None  # file names: "balloon-blue-aj"


def _table(pairs: str) -> dict[str, str]:
    """ "a=b c=d_e" as {"a": "b", "c": "d e"}."""
    return {key: name.replace("_", " ") for key, name in (pair.split("=") for pair in pairs.split())}


def _singular(word: str) -> Iterator[str]:
    for plural, ending in (("ies", "y"), ("ves", "f"), ("es", ""), ("s", "")):
        if word.endswith(plural):
            yield word.removesuffix(plural) + ending


def emoji_candidates(renders: Path, emoji: Path, terms: dict[str, str]) -> Iterator[Candidate]:
    """The renders of things whose emoji has a name of the vocabulary."""
    other_names = _table(_EMOJI_NAMES)
    entries = json.loads((emoji / "emoji.json").read_text(encoding="utf-8"))
    for entry in sorted(entries, key=lambda entry: entry["sort_order"]):
        if entry["category"] not in _EMOJI_GROUPS and entry["subcategory"] not in _EMOJI_SUBGROUPS:
            continue
        code = entry["unified"].lower()
        path = renders / "assets" / f"{code}.webp"
        titles = [*entry["short_names"], entry["name"].removesuffix(" FACE")]
        other = (other_names.get(title) for title in titles)
        known = (named(title.rstrip("0123456789"), terms) for title in titles)
        name = next(filter(None, chain(other, known)), None)
        if name and path.exists():
            source = f"fluent-emoji-3d {code} ({entry['short_name']})"
            yield Candidate(path, f"render/{code}.webp", name, "render", source)


def clipart_candidates(drawings: Path, titles: Path, terms: dict[str, str]) -> Iterator[Candidate]:
    """The drawings whose title, or file name where the title says nothing, has a name; plain titles first."""
    pictures = drawings / "usr/share/openclipart/png"
    said = {}
    for path in pictures.rglob("*.png"):
        inside = path.relative_to(pictures)
        if not inside.as_posix().startswith(_CLIPART_WITHOUT):
            said[inside] = _title(titles / "usr/share/openclipart/svg" / inside.with_suffix(".svg"))
    shared = Counter(said.values())
    first_words = _table(_FIRST_WORDS)
    found = []
    for inside, title in said.items():
        if not title or _SAYS_NOTHING.match(title) or shared[title] >= _SHARED_TITLES:
            title = inside.stem.replace("contour_", "")
        title = re.sub(r"(?<=[a-z])(?=[A-Z])|[_\d]+", " ", title)  # "AfricanDrum2" is an African drum
        words = re.findall(r"[a-z]+", title.lower()) or [""]
        name = named(title, terms) or first_words.get(words[0])
        if name == "mouse" and inside.parts[0] == "computer":
            name = "computer mouse"
        if name:
            file = f"drawing/{inside.with_suffix('').as_posix().replace('/', '-')}.webp"
            candidate = Candidate(
                pictures / inside, file, name, "drawing", f"openclipart {inside.as_posix()}"
            )
            found.append((len(title.split()), candidate.file, candidate))
    return (candidate for _, _, candidate in sorted(found, key=lambda item: item[:2]))


def _title(drawing: Path) -> str:
    text = drawing.read_text(encoding="utf-8", errors="replace") if drawing.exists() else ""
    found = re.search(r"<(?:dc:)?title[^>]*>\s*([^<]*)", text)
    return found.group(1).strip() if found else ""


def cut_out(path: Path) -> Image.Image | None:
    """The object alone, RGBA, longest side SIDE; None if the picture is giant or has no clear background."""
    try:
        with (
            warnings.catch_warnings(action="error", category=Image.DecompressionBombWarning),
            Image.open(path) as opened,
        ):  # reads the size, not yet the pixels
            if opened.width * opened.height > MOST_PIXELS:
                return None
            image = opened.convert("RGBA")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):  # far beyond MOST_PIXELS
        return None
    box = image.getchannel("A").point(lambda alpha: 255 * (alpha >= OPAQUE // 4)).getbbox()
    if box is None:
        return None
    image = image.crop(box)
    image.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS, reducing_gap=3.0)
    opaque = (np.asarray(image)[..., 3] >= OPAQUE).mean()
    return image if 0.1 <= opaque <= 1 - CLEAR else None


class Distinct:
    """Tells pictures that are new from those that nearly repeat an earlier one."""

    def __init__(self) -> None:
        self._seen: list[tuple[float, np.ndarray]] = []

    def new(self, image: Image.Image) -> bool:
        """True the first time that a picture like this RGBA one comes."""
        ground = Image.new("RGBA", image.size, (128, 128, 128, 255))
        ground.alpha_composite(image)
        small = ground.convert("L").resize((8, 8), Image.Resampling.BOX)
        grey = np.asarray(small, dtype=np.float32)  # (8, 8)
        shape = image.width / image.height
        for other_shape, other in self._seen:
            if abs(shape / other_shape - 1) < SAME_SHAPE and np.abs(grey - other).mean() < SAME:
                return False
        self._seen.append((shape, grey))
        return True


def chosen(
    candidates: Iterable[Candidate], without: set[str], progress: Progress = silent
) -> Iterator[tuple[Candidate, Image.Image]]:
    """At most PER_NAME distinct pictures a name, renders and drawings in turns, best first in each."""
    names: dict[str, dict[str, list[Candidate]]] = {}
    for candidate in candidates:
        names.setdefault(candidate.name, {}).setdefault(candidate.domain, []).append(candidate)
    distinct = Distinct()
    for done, name in enumerate(sorted(names)):
        progress("names", done, len(names))
        ruled_out = Distinct()  # clip-art lies in several folders: what is out in one is out in the others
        rest: list[list[Candidate]] = []
        for domain in sorted(names[name], reverse=True):
            rest.append([candidate for candidate in names[name][domain] if candidate.file not in without])
            for candidate in names[name][domain]:
                if candidate.file in without and (image := cut_out(candidate.path)):
                    ruled_out.new(image)
        left = PER_NAME
        for candidate in filter(None, chain.from_iterable(zip_longest(*rest))):
            image = cut_out(candidate.path) if left else None
            if image and ruled_out.new(image) and distinct.new(image):
                left -= 1
                yield candidate, image
    progress("names", len(names), len(names))


def write_objects(
    candidates: Iterable[Candidate], without: set[str], folder: Path, progress: Progress = silent
) -> None:
    """Write objects.zip and objects.csv."""
    content, rows = {}, []
    for candidate, image in chosen(candidates, without, progress):
        content[candidate.file] = _webp(image)
        colors = ";".join(dominant_colors(image))
        rows.append((candidate.file, candidate.name, candidate.domain, colors, candidate.source))
    _write(folder, OBJECTS, content, ("file", "name", "domain", "colors", "source"), rows)


def write_backgrounds(data: Path, folder: Path) -> None:
    """Write backgrounds.zip and backgrounds.csv from scikit-image's folder of example pictures."""
    content, rows = {}, []
    for texture in TEXTURES:
        with Image.open(data / f"{texture}.png") as opened:
            image = opened.convert("RGB")
        for letter, (left, top) in TEXTURE_CROPS.items():
            file = f"{texture}-{letter}.webp"
            content[file] = _webp(image.crop((left, top, left + 256, top + 256)))
            rows.append((file, f"scikit-image data/{texture}.png"))
    _write(folder, BACKGROUNDS, content, ("file", "source"), rows)


def _webp(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=QUALITY, method=4)
    return buffer.getvalue()


def _write(
    folder: Path,
    name: str,
    content: dict[str, bytes],
    columns: tuple[str, ...],
    rows: Iterable[tuple[str, ...]],
) -> None:
    with (
        written_whole(folder / f"{name}.zip") as draft,
        zipfile.ZipFile(draft, "w", zipfile.ZIP_STORED) as archive,
    ):
        for file, data in content.items():
            archive.writestr(zipfile.ZipInfo(file), data)  # without a date: the same pack, the same bytes
    with (
        written_whole(folder / f"{name}.csv") as draft,
        draft.open("w", newline="", encoding="utf-8") as table,
    ):
        writer = csv.writer(table, lineterminator="\n")
        writer.writerows([columns, *rows])


def _new(folder: Path) -> Path:
    folder.mkdir()
    return folder
