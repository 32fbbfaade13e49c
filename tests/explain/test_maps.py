"""The maps of several strategies are those that each is explained by alone."""

import numpy as np
import pytest
from PIL import Image

import fusion
from fusion.explain.base import EXPLAINERS
from fusion.explain.heatmap import overlay, veil
from fusion.explain.maps import OWN, QUICK, maps_of

QUESTION = "what color is the shape?"


@pytest.mark.parametrize("explainer", [OWN, QUICK])
def test_each_map_is_its_own_explanation(explainer: str, drawing: Image.Image) -> None:
    lens = fusion.load(task="easy-vqa")
    settings = {"weighted": {"image_weight": 0.8}}
    found = maps_of(lens, drawing, QUESTION, lens.strategies, explainer, settings)
    explained = {name for name in lens.strategies if EXPLAINERS[explainer].explains(lens.model(name)[0])}
    assert set(found) == explained - {"text-only"}  # which reads no picture
    for name, values in found.items():
        alone = lens.explaining(drawing, QUESTION, name, settings.get(name)).by(explainer)
        np.testing.assert_allclose(values, alone.image, atol=1e-5)


def test_those_that_attend_have_a_map_of_their_own_and_all_others_one_by_the_quick_explainer() -> None:
    lens = fusion.load(task="easy-vqa")
    own = [name for name in lens.strategies if EXPLAINERS[OWN].explains(lens.model(name)[0])]
    assert 0 < len(own) < len(lens.strategies)
    assert all(EXPLAINERS[QUICK].explains(lens.model(name)[0]) for name in lens.strategies)


def test_a_veil_over_the_picture_is_the_overlay(drawing: Image.Image) -> None:
    relevance = np.random.default_rng(0).random((14, 14))
    laid = Image.alpha_composite(drawing.convert("RGBA"), veil(relevance, drawing.size)).convert("RGB")
    assert laid.tobytes() == overlay(drawing, relevance).tobytes()
