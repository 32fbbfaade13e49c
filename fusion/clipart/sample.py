"""The sample that is shipped: drawings of the test split, so that nobody is shown what was trained on."""

import hashlib
from collections import defaultdict

from fusion.clipart.build import write
from fusion.clipart.read import SAMPLE, Drawing, drawings

PER_TOPIC = 18
LARGEST = 12_000  # bytes of a picture


def ship() -> list[str]:
    """Write the sample anew from the built drawings; what it holds, in lines. Raises UserError where they are
    not built."""
    chosen = choose(drawings())
    write(chosen, [drawing.content() for drawing in chosen], SAMPLE)
    return [f"{len(chosen)} drawings of {len({drawing.topic for drawing in chosen})} topics in {SAMPLE}"]


def choose(among: tuple[Drawing, ...]) -> list[Drawing]:
    """Up to PER_TOPIC of each topic, one a group, drawn by their names; in the order of `among`."""
    ranked: dict[str, list[Drawing]] = defaultdict(list)
    groups: set[str] = set()
    for drawing in sorted(among, key=lambda d: hashlib.sha256(d.picture.encode()).digest()):
        if drawing.split == "test" and drawing.group not in groups and len(drawing.content()) <= LARGEST:
            groups.add(drawing.group)
            ranked[drawing.topic].append(drawing)
    kept = {drawing for drawings_of in ranked.values() for drawing in drawings_of[:PER_TOPIC]}
    return [drawing for drawing in among if drawing in kept]
