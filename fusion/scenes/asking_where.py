"""Questions of how things look and where they stand: colour, count, place, neighbour, size."""

import random

from fusion.colors import COLORS
from fusion.scenes.meaning import general_words, may_be
from fusion.scenes.question import Question, Seen, means, named
from fusion.scenes.scene import Placed
from fusion.scenes.words import are, counted, do, plural
from fusion.vocabulary import by_name, kinds

PLACES = ("left", "right", "top", "bottom", "middle")
CENTRE = 0.13  # how far from the middle, in shares of the picture, still is the middle
LEAN = 1.35  # how much farther to one side than to the other, so that the side is plain
BIGGER = 1.7


def color(random_: random.Random, seen: Seen) -> Question | None:
    placed = seen.placed
    clear = [p for p in placed if p.color and means(p.name, p, seen)]
    if not clear:
        return None
    thing = random_.choice(clear)
    word = _word(random_, thing, seen)
    verb, does, subject = are(word), do(word), f"the {word}"
    if len(placed) == 1 and random_.random() < 0.25:
        verb, does, subject = "is", "does", random_.choice(["this", "it"])
    tint = random_.choice(["color", "colour"])
    if random_.random() < 0.2:
        color = (
            thing.color if random_.random() < 0.5 else random_.choice([c for c in COLORS if c != thing.color])
        )
        text = f"{verb.capitalize()} {subject} {color}?"
        return Question(text, "yes" if color == thing.color else "no", "yes/no", thing)
    forms = [
        f"What {tint} {verb} {subject}?", f"What {tint} {verb} {subject}?", f"what {tint} {verb} {subject}",
        f"Which {tint} {verb} {subject}?", f"What is the {tint} of {subject}?",
        f"What {tint} {does} {subject} have?",
    ]  # fmt: skip
    return Question(random_.choice(forms), thing.color, "color", thing)


def count(random_: random.Random, seen: Seen) -> Question | None:
    placed = seen.placed
    names = [p.name for p in placed]
    name = random_.choice(names)
    if any(p.crowd for p in placed) or not counted(name) or (len(placed) == 1 and random_.random() < 0.75):
        return None
    general = general_words(name)
    word = random_.choice(general) if general and random_.random() < 0.25 else name
    nameable = word in by_name() or word in ("animal", "vehicle", "tool", "toy")
    several = plural(word) if nameable and counted(word) else "things"
    many = len(placed) if several == "things" else sum(word in kinds(other) for other in names)
    if many == 1 and random_.random() < 0.5:
        return None
    if (several == "things" and seen.besides) or _doubtful(word, seen):
        return None
    forms = [
        f"How many {several} are there?", f"how many {several} are there", f"How many {several} do you see?",
        f"How many {several} are in the picture?", f"How many {several} can you see?",
        f"What is the number of {several}?",
    ]  # fmt: skip
    return Question(random_.choice(forms), str(many), "count")


def position(random_: random.Random, seen: Seen) -> Question | None:
    placed = seen.placed
    thing = random_.choice([p for p in placed if means(p.name, p, seen)] or [None])
    where = None if thing is None else side(thing.centre)
    if thing is None or where is None:
        return None
    word = _word(random_, thing, seen)
    them = f"{are(word)} the {word}"
    forms = [
        f"Where {them}?", f"where {them}", f"Where {them} in the picture?",
        f"Where in the picture {them}?", f"On which side {them}?",
        f"In which part of the picture {them}?",
    ]  # fmt: skip
    forms = [form for form in forms if form.count("picture") < 2]  # of a picture in the picture
    return Question(random_.choice(forms), where, "position", thing)


def relation(random_: random.Random, seen: Seen) -> Question | None:
    """What is on one side of the other thing?"""
    placed = seen.placed
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


def size(random_: random.Random, seen: Seen) -> Question | None:
    placed = seen.placed
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


def _word(random_: random.Random, thing: Placed, seen: Seen) -> str:
    """A word that means this thing alone."""
    word = named(random_, thing.name)
    return word if means(word, thing, seen) else thing.name


def _doubtful(word: str, seen: Seen) -> bool:
    """Whether there are, or may be, other things of which a word may be true."""
    near = [p.name for p in seen.placed if word not in kinds(p.name)]
    return any(word in may_be(name) for name in (*near, *seen.besides))


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
