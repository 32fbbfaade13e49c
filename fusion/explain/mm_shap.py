"""MM-SHAP: how much of an answer rested on the text and how much on the picture, token by token.

Parcalabescu and Frank 2023, arXiv 2212.08158. It asks how much the tokens moved the answer, for or against
it, and so does not depend on whether the answer is right.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from fusion.explain.base import Relevance
from fusion.language import say

AREAS = (
    ("upper left", "top", "upper right"),
    ("left side", "middle", "right side"),
    ("lower left", "bottom", "lower right"),
)
TOLD = 2  # words


@dataclass(frozen=True)
class Shares:
    """What words and regions of the picture had to do with an answer, as shares of all that moved it.

    image, text: V-SHAP and T-SHAP, which sum to 1; both 0 where nothing moved the answer. words: of each in
    its order, less than 0 where it speaks against the answer. areas: (3, 3) the same of the patches of each
    ninth of the picture together, what speaks for and against taken against each other.
    """

    image: float
    text: float
    words: tuple[tuple[str, float], ...]
    areas: tuple[tuple[float, ...], ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain types, as `explain --json` prints them."""
        return {"image": self.image, "text": self.text, "says": self.sentence}

    @property
    def sentence(self) -> str:
        """The shares, and the words and the area that say most for the answer and against it."""
        if not self.image + self.text:
            return say("No word and no region moved this answer.")
        shares = {"text": _percent(self.text), "image": _percent(self.image)}
        found = [say("Words make {text} of what moved this answer, the picture {image}.", **shares)]
        for sign in (1, -1):
            words = sorted(((sign * share, word) for word, share in self.words), key=lambda one: -one[0])
            named = [f"“{word}” ({_percent(share)})" for share, word in words[:TOLD] if share >= 0.01]
            share, area = max((sign * share, area) for area, share in self.named_areas)
            if share >= 0.01:
                named.append(
                    say("the {area} of the picture ({share})", area=say(area), share=_percent(share))
                )
            if named and sign > 0:
                found.append(say("Most telling for it: {named}.", named=_listed(named)))
            elif named:
                found.append(say("Most telling against it: {named}.", named=_listed(named)))
        return " ".join(found)

    @property
    def named_areas(self) -> tuple[tuple[str, float], ...]:
        """Each ninth of the picture by its name, row by row."""
        return tuple(
            pair
            for names, shares in zip(AREAS, self.areas, strict=True)
            for pair in zip(names, shares, strict=True)
        )


def mm_shap(relevance: Relevance) -> tuple[float, float]:
    """V-SHAP and T-SHAP: the sum of the absolute values of one modality's tokens over that of all tokens.

    They are those of the paper where the relevance is Shapley values; both are 0 where every token's is.
    """
    image, text = float(relevance.image.abs().sum()), float(relevance.text.abs().sum())
    total = image + text
    return (image / total, text / total) if total > 0 else (0.0, 0.0)


def shares_of(relevance: Relevance, grid: tuple[int, ...], words: tuple[str, ...]) -> Shares:
    """The shares of each modality, word and area; grid: rows and columns of the patches."""
    image, text = mm_shap(relevance)
    total = float(relevance.image.abs().sum() + relevance.text.abs().sum()) or 1.0
    of_words = (relevance.text / total).tolist()
    areas = _areas((relevance.image / total).reshape(grid)).tolist()
    return Shares(image, text, tuple(zip(words, of_words, strict=False)), tuple(tuple(row) for row in areas))


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _listed(names: list[str]) -> str:
    """Several names in a sentence."""
    *most, last = names
    return say("{most} and {last}", most=say(", ").join(most), last=last) if most else last


def _areas(patches: Tensor) -> Tensor:
    """(rows, columns) to (3, 3) sums; each patch counts where its middle lies."""
    rows, columns = (((torch.arange(n) + 0.5) / n * 3).long() for n in patches.shape)
    found = torch.zeros(3, 3)
    at = (rows[:, None].expand(patches.shape), columns.expand(patches.shape))
    return found.index_put(at, patches.cpu().float(), accumulate=True)
