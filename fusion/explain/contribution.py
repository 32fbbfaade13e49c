"""How much of an answer each modality brought: exact two-player Shapley values, and the same in words."""

from torch import Tensor

from fusion.answer import Contribution

# (row of the picture, row of the text) of the four coalitions; -1 leaves a modality out.
COALITIONS = ((0, 0), (0, -1), (-1, 0), (-1, -1))
CLOSE = 0.1  # of the answer's probability: what differs by less is about the same


def contribution_of(probabilities: Tensor, top: int) -> Contribution:
    """Probabilities (4, classes) of the coalitions both, image, text, neither to what each modality brought
    to the class `top`, the answer to both."""
    values = probabilities[:, top]
    kept = (values >= probabilities.amax(1)).tolist()
    image, text, synergy = shapley(values)
    both, alone, asked, neither = values.double().tolist()
    known = (both, alone, asked, neither)
    return Contribution(image, text, synergy, known, said(known, kept))


def shapley(values: Tensor) -> tuple[float, float, float]:
    """Values (4,) of the coalitions both, image, text, neither to the share of the image, that of the text
    (Shapley 1953), and the synergy.

    The shares sum to both - neither; synergy is what both bring beyond the sum of each alone.
    """
    both, image, text, neither = values.double().tolist()
    return (
        ((image - neither) + (both - text)) / 2,
        ((text - neither) + (both - image)) / 2,
        both - image - text + neither,
    )


def said(values: tuple[float, float, float, float], kept: list[bool]) -> str:
    """What the coalitions both, image, text, neither say in words, by the first of these rules that holds.

    values: the answer's probability in each. kept: whether the answer is still the first one there. Two
    probabilities are about the same where they differ by at most CLOSE of that with both inputs. One input
    alone *points to* the answer where it keeps it first, and *reaches* it where it is also about as probable
    as with both, or more.

    1. All four keep the answer first and about as probable: neither moved it much.
    2. Each input alone reaches it: either would do.
    3. The question alone reaches it: answered from the question alone; where the picture makes it less
       probable, against the picture. The same with picture and question exchanged.
    4. The question alone points to it: the question points to it, the picture makes it surer. The same
       exchanged. Where each of them does, each points to it and both make it surer.
    5. Neither alone gives this answer: needs both; where no input at all gives it too: each alone would
       change it.
    """
    both = values[0]
    near = CLOSE * both + 1e-9  # what is computed twice may differ in its last digit
    if all(kept) and all(abs(value - both) <= near for value in values):
        return "neither moved it much"
    points = {"picture": kept[1], "question": kept[2]}
    alone = {"picture": values[1], "question": values[2]}
    reaches = [name for name in alone if points[name] and alone[name] >= both - near]
    if len(reaches) == 2:
        return "either would do"
    for name in reaches:
        (other,) = alone.keys() - {name}
        against = alone[name] > both + near
        return (
            f"answered from the {name}, against the {other}" if against else f"answered from the {name} alone"
        )
    pointing = [name for name in alone if points[name]]
    if len(pointing) == 2:
        return "each points to it, both make it surer"
    for name in pointing:
        (other,) = alone.keys() - {name}
        return f"the {name} points to it, the {other} makes it surer"
    return "each alone would change it" if kept[3] else "needs both"
