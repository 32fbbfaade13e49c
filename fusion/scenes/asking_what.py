"""Questions of what a thing is: its name, its kind, whether it is there, which of two it is."""

import random

from fusion.colors import COLORS
from fusion.scenes.meaning import BEHIND, LOOSE, may_be
from fusion.scenes.question import Question, Seen, named
from fusion.scenes.scene import Placed
from fusion.scenes.words import are, counted, is_plural, kind, plural, with_article
from fusion.vocabulary import by_name, categories

MAIN = 0.12  # share of the picture from which a thing is asked for by name


def name(random_: random.Random, seen: Seen) -> Question | None:
    thing = _alone(seen.placed)
    if thing is None:
        return None
    name = by_name()[thing.name]
    asked = "thing" if thing.name in LOOSE else kind(name.category)
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
    if (len(seen.placed) > 1 or thing.crowd) and counted(thing.name):
        parent = name.parent if name.parent and counted(name.parent) else "thing"
        several = plural(random_.choice([parent, "thing", "animal" if asked == "animal" else "thing"]))
        forms = [
            "What are these?", "What do you see?", "What is in the picture?", f"What {several} are these?",
            f"Which {several} are these?", f"What kind of {several} are these?", f"What are those {several}?",
        ]  # fmt: skip
    return Question(
        random_.choice(forms), thing.name, "animal" if name.category == "animal" else "object", thing
    )


def category(random_: random.Random, seen: Seen) -> Question | None:
    thing = _alone(seen.placed)
    if thing is None or thing.name in LOOSE:
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


def present(random_: random.Random, seen: Seen) -> Question | None:
    """Yes or no: is something there? What may stand behind is asked for only where it would be the thing."""
    things: list[Placed | str] = [*seen.placed, *seen.also]
    alone = len(things) == 1
    thing = random_.choice([thing for thing in things if alone or _name(thing) not in BEHIND] or things)
    near = _name(thing)
    yes = random_.random() < 0.5
    word = named(random_, near) if yes else _absent(random_, seen, near)
    behind = word in BEHIND
    if word is None or word == "picture" or (behind and (seen.besides or not alone)):
        return None
    some, any_ = with_article(word), f"any {plural(word)}"
    forms = [f"Do you see {some}?", f"Can you see {some}?", f"Does the picture show {some}?"]
    if is_plural(word):
        forms += [
            f"Are there {some}?",
            f"Are there {some} in the picture?",
            f"are there {some} in this photo",
        ]
        this = [f"Are these {some}?", f"are those {some}"]
    else:
        forms += [f"Is there {some}?", f"Is there {some} in the picture?", f"is there {some} in this photo"]
        forms += [f"Is {some} here?"]
        this = [f"Is this {some}?", f"Is it {some}?", f"is that {some}", f"Is this {some}?"]
    if counted(word):
        forms += [f"Are there {any_}?", f"Are there {plural(word)} in the picture?", f"Do you see {any_}?"]
    if alone:
        forms = this if behind else [*forms, *this]
    about = thing if yes and isinstance(thing, Placed) else None
    return Question(random_.choice(forms), "yes" if yes else "no", "yes/no", about)


def choice(random_: random.Random, seen: Seen) -> Question | None:
    thing = _alone(seen.placed)
    if thing is None:
        return None
    draw = random_.random()
    category = by_name()[thing.name].category
    of_color = 0.3 <= draw < 0.5 and bool(thing.color)
    if draw < 0.3:
        others = [c for c in categories() if c not in may_be(thing.name) and "object" not in (c, category)]
        if thing.name in LOOSE or not others:
            return None
        right, wrong = kind(category), kind(random_.choice(others))
        answer = category
    elif of_color:
        right = answer = thing.color
        wrong = random_.choice([color for color in COLORS if color != right])
    else:
        right = answer = thing.name
        other = _absent_name(random_, seen, thing.name, category if random_.random() < 0.6 else None)
        if other is None:
            return None
        wrong = other
    pair = [right, wrong]
    random_.shuffle(pair)
    a, b = map(with_article, pair)
    if of_color:
        subject = random_.choice(["it", "this", f"the {thing.name}"])
        verb = are(thing.name).capitalize() if subject.startswith("the ") else "Is"
        forms = [f"{verb} {subject} {pair[0]} or {pair[1]}?"]
    elif any(map(is_plural, pair)):
        forms = [f"Do you see {a} or {b}?", f"Does the picture show {a} or {b}?"]
    else:
        forms = [
            f"Is this {a} or {b}?",
            f"Is it {a} or {b}?",
            f"is that {a} or {b}",
            f"Is this {a} or is it {b}?",
        ]
    return Question(random_.choice(forms), answer, "choice", thing)


def _name(thing: Placed | str) -> str:
    return thing if isinstance(thing, str) else thing.name


def _alone(placed: tuple[Placed, ...], least: float = MAIN) -> Placed | None:
    """The only thing in the scene, or the one that all the others are like; None where there is none."""
    names = {other.name for other in placed}
    biggest = max(placed, key=lambda other: other.area)
    return biggest if len(names) == 1 and (biggest.area >= least or len(placed) > 2) else None


def _absent(random_: random.Random, seen: Seen, near: str) -> str | None:
    """A word for what is not to be seen, told as what is there is told; half the time of the kind of near."""
    names = [*(other.name for other in seen.placed), *seen.also, *seen.perhaps]
    # What may be there, such as a bird or a feather where an owl is, would be wrong to deny.
    there = frozenset[str]().union(*map(may_be, names))
    category = by_name()[near].category if random_.random() < 0.5 else None
    others = _absent_names(seen, there, category)
    words = [named(random_, random_.choice(others)) for _ in range(6)] if others else []
    return next((word for word in words if word not in there), None)


def _absent_name(random_: random.Random, seen: Seen, name: str, category: str | None) -> str | None:
    others = _absent_names(seen, may_be(name), category)
    return random_.choice(others) if others else None


def _absent_names(seen: Seen, there: frozenset[str], category: str | None) -> list[str]:
    """Names that pictures like this one show and that are not there, of a category where there are some."""
    others = [name for name in seen.pool if name not in there]
    same = [name for name in others if by_name()[name].category == category]
    return same or others
