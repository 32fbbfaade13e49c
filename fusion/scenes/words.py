"""English for the questions: articles and plurals of names, and what a kind of thing is called."""

# Names that are plural already, or that are not counted.
UNCOUNTED = frozenset(
    (
        "scissors, pliers, binoculars, headphones, jeans, trousers, pants, pajamas, sunglasses, "
        "glasses, grapes, peas, cherries, french fries, fries, chips, balloons, fireworks, ruins, "
        "noodles, spaghetti, sweets, weights, beads, skis, swimming trunks, bread, corn, broccoli, "
        "cauliflower, lettuce, cabbage, garlic, ginger, pasta, rice, meat, bacon, cheese, popcorn, "
        "chocolate, honey, guacamole, coffee, tea, beer, wine, milk, soup, toilet paper, soap, "
        "perfume, lipstick, money, snow, grass, lavender, bamboo, clover, fire, armor, sushi, mashed "
        "potato, jewelry, makeup, luggage, maize, mice, geese, cattle, people, coral, salad, stew, "
        "steak, candy, dice, food, furniture, clothing, kitchenware, sports equipment, "
        "santa claus"
    )
    .strip()
    .split(", ")
)
# Uncounted ones that are told as many.
MANY = frozenset(("mice", "geese", "cattle", "people", "dice"))
# There is one of each.
UNIQUE = frozenset(("eiffel tower", "statue of liberty", "colosseum", "earth", "sun", "moon", "sky"))
IRREGULAR = {
    "mouse": "mice", "goose": "geese", "sheep": "sheep", "fish": "fish", "deer": "deer", "moose": "moose",
    "bison": "bison", "ox": "oxen", "person": "people", "man": "men", "woman": "women", "child": "children",
    "knife": "knives", "leaf": "leaves", "scarf": "scarves", "loaf": "loaves", "fireman": "firemen",
    "goldfish": "goldfish", "clownfish": "clownfish", "lionfish": "lionfish", "starfish": "starfish",
    "jellyfish": "jellyfish", "pufferfish": "pufferfish", "shrimp": "shrimps", "wolf": "wolves",
    "calf": "calves",
}  # fmt: skip
KIND = {
    "furniture": "piece of furniture",
    "clothing": "piece of clothing",
    "food": "food",
    "kitchenware": "piece of kitchenware",
    "sports equipment": "piece of sports equipment",
    "landscape": "landscape",
}


def counted(word: str) -> bool:
    return word not in UNCOUNTED and word not in UNIQUE


def is_plural(word: str) -> bool:
    """Whether a name is told as many: "scissors"."""
    return word in MANY or (word in UNCOUNTED and word.endswith("s") and word not in ("grass", "santa claus"))


def are(word: str) -> str:
    """The verb after a name, or before it in a question."""
    return "are" if is_plural(word) else "is"


def do(word: str) -> str:
    return "do" if is_plural(word) else "does"


def with_article(word: str) -> str:
    """ "a cat", "an owl", "an hourglass", "scissors", "the moon"."""
    if word in UNIQUE:
        return f"the {word}"
    if not counted(word):
        return word
    silent_vowel = word.startswith(("uni", "ut", "euro", "one"))
    silent_h = word.startswith(("hour", "heir", "hono"))
    return f"an {word}" if silent_h or (word[0] in "aeiou" and not silent_vowel) else f"a {word}"


def plural(word: str) -> str:
    if not counted(word):
        return word
    if word in IRREGULAR:
        return IRREGULAR[word]
    head, _, last = word.rpartition(" ")
    if head and last in IRREGULAR:
        return f"{head} {IRREGULAR[last]}"
    if word.endswith(("s", "x", "ch", "sh", "z")):
        return word + "es"
    if word.endswith("y") and word[-2] not in "aeiou":
        return word[:-1] + "ies"
    return word + ("es" if word in ("tomato", "potato", "mango", "volcano") else "s")


def kind(category: str) -> str:
    """What one thing of a category is called in a question."""
    return KIND.get(category, category)
