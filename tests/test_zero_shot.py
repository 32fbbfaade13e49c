"""Typed labels: from a picture, a text or both."""

import pytest
from PIL import Image

import fusion
from fusion.errors import UserError
from fusion.paths import ASSETS
from fusion.zero_shot import NAMES, classify

PAIR = ("efficientnet-lite0", "minilm")
MACAW = ASSETS / "examples" / "macaw.jpg"


def shares(result: dict) -> dict[str, float]:
    return {answer["label"]: answer["probability"] for answer in result["answers"]}


def test_both_are_the_geometric_mean_of_each() -> None:
    found = fusion.load().classify(MACAW, "a parrot", labels=["bird", "dog", "car"], strategy="all")
    assert found["text"] == "a parrot" and found["task"] == "typed-labels"
    both, image, text = (shares(result) for result in found["results"])
    assert [result["strategy"] for result in found["results"]] == list(NAMES)
    product = {label: (image[label] * text[label]) ** 0.5 for label in both}
    for label, share in both.items():
        assert share == pytest.approx(product[label] / sum(product.values()), rel=1e-3)


@pytest.mark.parametrize(("picture", "text", "modality"), [(MACAW, "", "image"), (None, "a parrot", "text")])
def test_one_modality_alone_says_so(picture: object, text: str, modality: str) -> None:
    found = fusion.load().classify(picture, text, labels=["bird", "dog"])
    assert found["modality"] == modality
    assert [result["strategy"] for result in found["results"]] == [f"zero-shot-{modality}"]
    assert found["results"][0]["answers"][0]["label"] == "bird"


def test_labels_are_cleaned() -> None:
    found = classify(
        Image.open(MACAW).convert("RGB"), "", ["  bird ", "bird", "BIRD", "", "dog\u200b"], *PAIR
    )
    assert {label for label, _ in found.results[0].answers} == {"bird", "dog"}


def test_labels_may_come_as_one_text_and_all_are_told() -> None:
    names = [f"thing {i}" for i in range(8)]
    listed, told = (fusion.load().classify(None, "a parrot", labels) for labels in (names, ", ".join(names)))
    assert shares(listed["results"][0]) == shares(told["results"][0])
    assert set(shares(told["results"][0])) == set(names)


def test_an_even_choice_is_not_sure() -> None:
    found = fusion.load().classify(None, "a parrot", ["a parrot", "steel"])
    assert found["results"][0]["sure"]
    even = fusion.load().classify(None, "xyzzy", [f"thing {i}" for i in range(8)])
    assert not even["results"][0]["sure"]


def test_every_label_has_a_map_of_where_it_is_seen() -> None:
    labels = ["parrot", "dog", "car"]
    results = classify(Image.open(MACAW).convert("RGB"), "a parrot", labels, *PAIR, strategy="all").results
    for answer in results:
        maps = answer.attention
        if answer.strategy == "zero-shot-text":
            assert maps is None
        elif answer.strategy == "zero-shot-image":
            assert maps is not None
            assert maps.words == tuple(labels)
            assert maps.weights.shape == (1, 1, 3, 14, 14)
            assert 0 <= maps.weights.min() and maps.weights.max() <= 1
            assert maps.weights[0, 0, 0].max() > 3 * maps.weights[0, 0, 1:].max()


@pytest.mark.parametrize("labels", [[], ["bird"], ["bird", " bird"], ["", ""], [str(i) for i in range(300)]])
def test_too_few_or_too_many_labels(labels: list[str]) -> None:
    with pytest.raises(UserError, match="2 to 200"):
        classify(None, "a parrot", labels, *PAIR)


def test_a_strategy_that_needs_training_is_refused() -> None:
    with pytest.raises(UserError, match="without training"):
        classify(None, "a parrot", ["bird", "dog"], *PAIR, strategy="gated")


def test_without_labels_the_task_classifies() -> None:
    lens = fusion.load(task="easy-vqa")
    found = lens.classify(ASSETS / "examples" / "red-triangle.png", "what color is the shape?")
    assert found["text"] == "what color is the shape?"
    assert found["results"][0]["answers"][0]["label"] == "red"
