"""Pictures of other collections that a name of the vocabulary fits."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from fusion.vocabulary import vocabulary

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


def known_terms() -> dict[str, str]:
    """The vocabulary's names, and the other words for them, to the name."""
    names = vocabulary()
    return {word: name.name for name in names for word in name.words} | {
        name.name: name.name for name in names
    }


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
