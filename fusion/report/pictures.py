"""The maps of a report, laid over small copies of its picture."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from fusion.data_url import webp, webp_url
from fusion.explain.heatmap import overlay, palette
from fusion.report.report import Report

SMALL, LARGE = 240, 480  # pixels of a map's longer side: of one among many, and of one alone
MOST_WORDS = 16  # that get a map of their own


@dataclass(frozen=True)
class Map:
    """A picture under its map, as a data URL. of: the word that looked, or the explainer that tells."""

    of: str
    address: str


def attention_maps(report: Report) -> list[Map]:
    """Where each word looked, the mean over layers and heads; those of all words together first."""
    maps = report.attention
    if maps is None or report.picture is None:
        return []
    weights = maps.weights.mean((0, 1))  # (words, rows, columns)
    each = list(zip(maps.words, weights, strict=True))[:MOST_WORDS]
    whole = [] if maps.evidence else [("", weights.mean(0))]
    return [Map(word, _laid(report.picture, one, SMALL)) for word, one in [*whole, *each]]


def explanation_maps(report: Report) -> list[Map]:
    """What speaks for the answer, by each explanation in its order."""
    if report.picture is None:
        return []
    return [Map(one.explainer, _laid(report.picture, one.image, LARGE)) for one in report.explanations]


def legend() -> str:
    """The colours from least to most, as a data URL."""
    return webp_url(webp(_on_white(palette()), 256, quality=90))


def _laid(picture: Image.Image, relevance: np.ndarray, side: int) -> str:
    small = picture.copy()
    small.thumbnail((side, side))
    return webp_url(webp(overlay(small, relevance), side, quality=78))


def _on_white(colours: Image.Image) -> Image.Image:
    white = Image.new("RGB", colours.size, "white")
    white.paste(colours, mask=colours)
    return white.resize((256, 8))
