"""Taught by real photographs and real words, saved, and opened again."""

from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file

import fusion
from fusion.errors import UserError
from fusion.paths import ASSETS
from fusion.teach import Taught, load, teach
from fusion.teach.taught import CACHE, TUNED, ZERO_SHOT

PHOTOS = ASSETS / "photos"
FURRY = ("panda", "koala", "bison", "cat")
OTHERS = ("crab", "goldfish", "macaw", "clownfish")


def pictures(names: tuple[str, ...]) -> list[Path]:
    return [PHOTOS / f"{name}.jpg" for name in names]


@pytest.fixture(scope="module")
def taught() -> Taught:
    return teach({"furry": pictures(FURRY), "not furry": pictures(OTHERS)})


def answers(reply: dict[str, Any]) -> dict[str, str]:
    return {row["strategy"]: row["answers"][0]["label"] for row in reply["results"]}


def test_photographs_teach_what_the_names_alone_get_wrong(taught: Taught) -> None:
    found = answers(taught.classify(PHOTOS / "kangaroo.jpg"))
    assert found[ZERO_SHOT] == "not furry" and found[CACHE] == "furry"
    assert taught.counts["furry"] == {"examples": 4, "pictures": 4, "texts": 0}
    assert taught.leave_one_out >= 0.75 and taught.trial.chance == 0.5


def test_leaving_one_out_is_teaching_without_it(taught: Taught) -> None:
    """By photographs: an example's logits are those of a lesson that never saw it."""
    side = taught.sides["image"]
    rest = teach({"furry": pictures(FURRY[1:]), "not furry": pictures(OTHERS)}).sides["image"].model
    model = type(rest)(rest.keys, rest.labels, 2, side.model.trust, rest.spread)
    from fusion.teach.cache_model import fitted

    _, out = fitted(side.model.keys, side.model.labels, side.names, 2)
    torch.testing.assert_close(out.logits[:1], model.logits(side.model.keys[:1], side.names[:1]))


def test_names_that_mean_nothing_do_no_harm() -> None:
    found = teach({"A": pictures(FURRY), "B": pictures(OTHERS)})
    assert found.sides["image"].model.trust.names < 1
    assert answers(found.classify(PHOTOS / "red-panda.jpg"))[CACHE] == "A"


def test_texts_alone_and_both_together() -> None:
    words = {
        "weather": ["It rains since Monday.", "A storm comes from the west.", "Snow is expected at night."],
        "food": ["She bakes bread.", "The soup needs salt.", "We had rice and beans."],
    }
    found = teach({label: [(None, text) for text in texts] for label, texts in words.items()})
    assert answers(found.classify(None, "Clouds and wind in the afternoon"))[CACHE] == "weather"
    with pytest.raises(UserError, match="Only texts were taught"):
        found.classify(PHOTOS / "cat.jpg")
    both = teach(
        {
            "furry": [(PHOTOS / "panda.jpg", "it has fur"), (PHOTOS / "koala.jpg", "soft hair")],
            "not furry": [(PHOTOS / "crab.jpg", "it has a shell"), (None, "scales and fins")],
        }
    ).fine_tuned()
    assert both.counts["not furry"] == {"examples": 2, "pictures": 1, "texts": 2}
    for picture, text in [
        (PHOTOS / "goldfish.jpg", "it has scales"),
        (None, "a hard shell"),
        (PHOTOS / "crab.jpg", ""),
    ]:
        assert answers(both.classify(picture, text))[CACHE] == "not furry"
    # Two modalities add up, weighted.
    side = {
        m: both.classify(*given) for m, given in {"i": (PHOTOS / "cat.jpg", ""), "t": (None, "a dog")}.items()
    }
    together = both.classify(PHOTOS / "cat.jpg", "a dog")

    def odds(reply: dict[str, Any]) -> float:
        shares = {a["label"]: a["probability"] for a in reply["results"][1]["answers"]}
        return float(torch.tensor(shares["furry"] / shares["not furry"]).log())

    assert odds(together) == pytest.approx(odds(side["i"]) + odds(side["t"]), rel=1e-3)


def test_a_text_with_pictures_alone_is_said_not_to_be_read(taught: Taught) -> None:
    found = taught.classify(PHOTOS / "kangaroo.jpg", "it hops")
    assert found["modality"] == "image" and "not read" in found["hints"][0]
    with pytest.raises(UserError, match="Give a picture"):
        taught.classify(None, "")


def test_fine_tuning_adds_a_way(taught: Taught) -> None:
    seen: list[int] = []
    tuned = taught.fine_tuned(lambda history: seen.append(len(history)))
    assert seen == list(range(1, len(seen) + 1))
    assert set(answers(tuned.classify(PHOTOS / "kangaroo.jpg"))) == {ZERO_SHOT, CACHE, TUNED}
    assert tuned.tuned_trial is not None and tuned.best in (CACHE, TUNED)
    assert tuned.to_dict()["fine_tuned"]["n"] == 8


def test_a_file_answers_as_what_was_saved_and_holds_no_picture(taught: Taught, tmp_path: Path) -> None:
    path = tmp_path / "taught.safetensors"
    tuned = taught.fine_tuned()
    tuned.save(path)
    opened = load(path)
    for asked in ("kangaroo", "crab"):
        first, second = (t.classify(PHOTOS / f"{asked}.jpg") for t in (tuned, opened))
        for one, other in zip(first["results"], second["results"], strict=True):
            for before, after in zip(one["answers"], other["answers"], strict=True):
                assert after["label"] == before["label"]
                assert after["probability"] == pytest.approx(before["probability"], abs=1e-5)
    assert opened.to_dict() == tuned.to_dict()
    with safe_open(path, "pt") as file:
        assert file.metadata()["kind"] == "taught"
        assert "not furry" in file.metadata()["model_card"]
        assert all(file.get_tensor(name).numel() < 2 * 8 * 1280 for name in file.keys())


def test_files_that_cannot_be_used_are_refused(taught: Taught, tmp_path: Path) -> None:
    path = tmp_path / "taught.safetensors"
    with pytest.raises(UserError, match="damaged"):
        load(path)
    taught.save(path)
    whole = path.read_bytes()
    path.write_bytes(whole[:-100])
    with pytest.raises(UserError, match="damaged"):
        load(path)
    path.write_bytes(whole.replace(b"image.rows", b"image.rowz"))
    with pytest.raises(UserError, match="damaged"):
        load(path)
    path.write_bytes(whole.replace(b"encoder_marks", b"encoder_marxs"))
    with pytest.raises(UserError, match="damaged"):
        load(path)
    save_file({"x": torch.zeros(1)}, path, metadata={"kind": "other"})
    with pytest.raises(UserError, match="nothing that was taught"):
        load(path)


def test_other_encoders_teach_by_their_pooled_vectors(tiny_models: Path) -> None:
    found = teach(
        {"a": pictures(FURRY[:2]), "b": pictures(OTHERS[:2])},
        image_encoder="resnet-50",
        text_encoder="bert-base",
    )
    assert set(answers(found.classify(PHOTOS / "cat.jpg"))) == {CACHE}  # they share no space
    aligned = teach({"a": pictures(FURRY[:2]), "b": pictures(OTHERS[:2])}, "clip-vit-b-32", "clip-vit-b-32")
    assert set(answers(aligned.classify(PHOTOS / "cat.jpg"))) == {ZERO_SHOT, CACHE}


def test_a_lens_teaches_with_its_encoders() -> None:
    lens = fusion.load()
    found = lens.teach({"furry": pictures(FURRY[:1]), "not furry": pictures(OTHERS[:1])})
    assert (found.image_encoder, found.text_encoder) == (lens.image_encoder, lens.text_encoder)
    assert "two or more" in found.warning
