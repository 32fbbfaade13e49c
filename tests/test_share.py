"""What a link holds: the same when it is opened, and one sentence for anything else."""

import base64
import json
import random
from dataclasses import replace
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image

from fusion import share
from fusion.errors import UserError
from fusion.share import State, decode, encode, picture_of, small_copy

STATE = State(
    task="scenes",
    image_encoder="efficientnet-lite0",
    text_encoder="minilm",
    strategy="weighted",
    question="这是什么鸟? “it's” <b>",
    asked=True,
    settings={"weighted": {"image_weight": 0.25}},
)


def noise(width: int, height: int) -> Image.Image:
    values = np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return Image.fromarray(values)


def told(**changes: Any) -> str:
    """A code whose words are changed."""
    version, words, picture = encode(STATE).split(".")
    known = json.loads(base64.urlsafe_b64decode(words + "=="))
    letters = base64.urlsafe_b64encode(json.dumps(known | changes).encode()).decode().rstrip("=")
    return f"{version}.{letters}.{picture}"


@pytest.mark.parametrize(
    "state",
    [
        STATE,
        replace(STATE, example="photos/macaw.jpg", asked=False, settings={}),
        replace(STATE, picture=small_copy(noise(50, 40)), question=""),
        replace(STATE, typed="typed, not asked yet"),
        replace(STATE, strategy="vilt", references=("vilt",)),
    ],
)
def test_what_is_encoded_is_decoded(state: State) -> None:
    code = encode(state)
    assert decode(code) == state
    assert set(code) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")


@pytest.mark.parametrize("size", [(4000, 3000), (40, 800), (8, 8), (2048, 2048)])
def test_the_copy_of_any_picture_is_small_and_opens(size: tuple[int, int]) -> None:
    for picture in (noise(*size), Image.new("RGB", size, "teal")):
        data = small_copy(picture)
        assert len(data) <= share.MOST_BYTES
        opened = picture_of(replace(STATE, picture=data))
        assert opened is not None and max(opened.size) <= share.SIDE
    assert opened.getpixel((3, 3)) == pytest.approx((0, 128, 128), abs=8)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("", "damaged"),
        ("1", "damaged"),
        ("1..", "damaged"),
        ("1.!!.", "damaged"),
        ("2.e30.", "another version"),
        ("1.e30.", "damaged"),
        ("1.W10.", "damaged"),
        (f"1.{'W' * 99_999}.", "damaged"),
        (encode(STATE) + "!", "damaged"),
        (encode(STATE) + "A" * share.MOST, "damaged"),
        (told(task="sorcery"), "no task named 'sorcery'"),
        (told(task="photos"), "nobody can ask"),
        (told(references=["oracle"]), "no reference model named 'oracle'"),
        (told(references=[["vilt"]]), "damaged"),
        (told(strategy="../../etc/passwd"), "no strategy named"),
        (told(strategy="x" * 101), "damaged"),
        (told(strategy=["weighted"]), "damaged"),
        (told(encoders=["minilm", "minilm"]), "no image encoder"),
        (told(encoders=["minilm"]), "damaged"),
        (told(question="why " * 1000), "shorten it"),
        (told(question=7), "unknown kind"),
        (told(asked="yes"), "damaged"),
        (told(settings={"weighted": {"image_weight": 7}}), "must be from"),
        (told(settings={"weighted": {"image_weight": float("nan")}}), "must be from"),
        (told(settings={"weighted": {"image_weight": 10**400}}), "damaged"),
        (told(settings={"concat": {"image_weight": 0.5}}), "damaged"),
        (told(settings={"sorcery": {}}), "no strategy named"),
        (told(settings=[]), "damaged"),
        (told(example={"a": 1}), "damaged"),
    ],
)
def test_what_is_no_link_is_told_in_one_sentence(code: str, words: str) -> None:
    with pytest.raises(UserError, match=words) as caught:
        decode(code)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 400


def webp(size: tuple[int, int]) -> bytes:
    file = BytesIO()
    Image.new("RGB", size).save(file, "WEBP", lossless=True)
    return file.getvalue()


def png() -> bytes:
    file = BytesIO()
    Image.new("RGB", (64, 64)).save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize(
    "data", [webp((9000, 9000)), webp((1000, 20)), webp((64, 64))[:30], png(), b"RIFF\0\0\0\0WEBP", b"x"]
)
def test_a_picture_that_is_none_or_a_bomb_is_never_decoded(data: bytes) -> None:
    with pytest.raises(UserError, match=r"damaged|narrow"):
        picture_of(replace(STATE, picture=data))


def test_no_change_of_a_link_brings_anything_but_a_state_or_a_sentence() -> None:
    draw = random.Random(0)
    code = encode(replace(STATE, picture=small_copy(noise(40, 40))))
    for _ in range(400):
        letters = list(code)
        for _ in range(draw.randint(1, 6)):
            at = draw.randrange(len(letters))
            letters[at : at + draw.choice((0, 1, 9))] = draw.choice("aZ09-_.=\x00é{}")
        try:
            picture_of(decode("".join(letters)))
        except UserError as error:
            assert len(str(error)) < 400
