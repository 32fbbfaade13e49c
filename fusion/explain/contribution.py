"""How much of an answer each modality brought: exact two-player Shapley values, and the same in words."""

from collections.abc import Sequence

from torch import Tensor

from fusion.answer import Contribution
from fusion.language import say

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


def said(values: tuple[float, float, float, float], kept: Sequence[bool]) -> str:
    """What the coalitions both, image, text, neither say in words, by the first of these rules that holds.

    values: the answer's probability in each. kept: whether the answer is still the first one there. Two
    probabilities are about the same where they differ by at most CLOSE of that with both inputs. One input
    alone *points to* the answer where it keeps it first, and *reaches* it where it is also about as probable
    as with both, or more. Where no input at all reaches it too, one must make it more probable than that.

    1. All four have it about as probable: neither moved it much; where not all have it first, a close call.
    2. Each input alone reaches it: either would do.
    3. The question alone reaches it: answered from the question alone; where the picture makes it less
       probable, against the picture. The same with picture and question exchanged.
    4. Neither alone points to it: where it is first without any input, each alone would change it; where the
       question alone makes it about as probable, or more, and the picture alone does not: from the question,
       tipped by the picture. The same exchanged. Else: needs both.
    5. No input at all reaches it: the answer even without either.
    6. The question alone points to it: the question points to it, the picture makes it surer. The same
       exchanged. Where each of them does: each points to it, both make it surer.
    """
    both, image, text, neither = values
    near = CLOSE * both + 1e-9  # what is computed twice may differ in its last digit
    if all(abs(value - both) <= near for value in values):
        return say("neither moved it much") if all(kept) else say("neither moved it much, a close call")
    stands = kept[3] and neither >= both - near
    enough = neither + near if stands else both - near
    alone = {"picture": image, "question": text}
    pointing = [name for name, first in zip(alone, kept[1:3], strict=True) if first]
    reaching = [name for name in pointing if alone[name] >= enough]
    if len(reaching) == 2:
        return say("either would do")
    if reaching:
        if alone[reaching[0]] <= both + near:
            if reaching == ["picture"]:
                return say("answered from the picture alone")
            return say("answered from the question alone")
        if reaching == ["picture"]:
            return say("answered from the picture, against the question")
        return say("answered from the question, against the picture")
    if not pointing and kept[3]:
        return say("each alone would change it")
    if not pointing:
        probable = [name for name in alone if alone[name] >= both - near]
        if len(probable) != 1:
            return say("needs both")
        if probable == ["picture"]:
            return say("from the picture, tipped by the question")
        return say("from the question, tipped by the picture")
    if stands:
        return say("the answer even without either")
    if len(pointing) == 2:
        return say("each points to it, both make it surer")
    if pointing == ["picture"]:
        return say("the picture points to it, the question makes it surer")
    return say("the question points to it, the picture makes it surer")
