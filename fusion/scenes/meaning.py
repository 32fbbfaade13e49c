"""What the words of the questions mean: which name the same thing, and what else may be true of a thing.

The vocabulary's other words are near ones too ("wallaby" for kangaroo), which help to find a thing but are
not true of every picture of it.
"""

import csv
from functools import cache
from pathlib import Path

from fusion.vocabulary import by_name, kinds, vocabulary

# By hand: where one of `seen` is, each of `maybe` may be seen too, or be what people call it; with `*`,
# whatever is of that kind.
FILE = Path(__file__).with_name("maybe.csv")
# Of the vocabulary's other words, those that are true of whatever has the name.
SAME = frozenset(
    (
        "puma, mountain lion, giant panda, bunny, hippo, rhino, chimp, killer whale, peafowl, gull, prawn, "
        "ladybird, praying mantis, anemone fish, human, infant, kid, lady, firefighter, potted plant, "
        "narcissus, maize, aubergine, chili pepper, cherimoya, hotdog, burger, fries, doughnut, automobile, "
        "racing car, cab, pickup, lorry, fire engine, bike, motorbike, plane, warplane, streetcar, blimp, "
        "tombstone, digger, couch, spanner, power drill, band-aid, pail, fridge, tv, phone, cell phone, "
        "sax, garbage can, bin, gift, stuffed animal, balloon, puzzle, web, bulb, vacuum, boar, solar dish, "
        "post box"
    ).split(", ")
)
# Names whose category is not what people would say that they are.
LOOSE = frozenset(
    (
        "wheel, gravestone, wall, fence, roof, solar panel, radio telescope, scoreboard, totem pole, "
        "fountain, tent, drilling platform, picture, shell, coral, egg, umbrella, button, ring, necklace, "
        "shopping cart, parachute, satellite, window, door, curtain, candle, clock, sink, mirror, leaf, "
        "acorn, pine cone, mushroom, wig, bell, whistle, light switch, plug, rug, bandage, stethoscope, "
        "syringe, thermometer, compass, chain, hook, nail, bolt, bow, gun, cannon, sword, binoculars, "
        "bucket, safety pin, clothespin, hourglass, battery, barrel, basket, trophy, medal, carousel, piggy "
        "bank, abacus, snowman, dice, dam, santa claus, honey, candy cane, handbag, backpack, crown, mask, "
        "armor, vase, fireplace, watering can, earth, "
        "moon, sun, sky"
    ).split(", ")
)
# What a backdrop may show, in a part too small or too blurred to be labelled.
BEHIND = frozenset(
    (
        "plant, tree, grass, leaf, flower, sky, sea, lake, river, wall, fence, field, forest, garden, "
        "street, snow, beach, cliff, mountain, city, window, roof, house, building, curtain, rug, blanket, "
        "towel, picture"
    ).split(", ")
)


@cache
def same_words(name: str) -> tuple[str, ...]:
    """Other words for a name that are true of whatever has it."""
    return tuple(word for word in by_name()[name].words if word in SAME)


@cache
def general_words(name: str) -> tuple[str, ...]:
    """More general words that people would use of whatever has the name."""
    category = by_name()[name].category
    unsaid = {"landscape", "object", *((category,) if name in LOOSE else ())}
    return tuple(word for word in kinds(name)[1:] if word not in unsaid)


@cache
def may_be(name: str) -> frozenset[str]:
    """Every word that may be true where a name is seen: of itself, of its kinds, of what is a kind of it, of
    what it may hold or be taken for."""
    meant = {name, *kinds(name), *(other.name for other in vocabulary() if name in kinds(other.name))}
    for seen, maybe in _maybe():
        if seen & set(kinds(name)):
            meant |= {word.removesuffix("*") for word in maybe}
            meant |= {o.name for o in vocabulary() if any(f"{kind}*" in maybe for kind in kinds(o.name))}
    return frozenset(meant | {word for other in meant & set(by_name()) for word in by_name()[other].words})


@cache
def _maybe() -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return tuple(
            (frozenset(row["seen"].split(";")), frozenset(row["maybe"].split(";")))
            for row in csv.DictReader(file)
        )
