"""clip-vit-b-32 over a tiny model: its tokens are those of open_clip called directly."""

from pathlib import Path
from typing import Any

import open_clip
import pytest
import torch
import torch.nn.functional as F
from PIL import Image
from torchvision.transforms.v2 import functional as TF

from fusion.encoders import ENCODERS, clip_vit_b_32, encoder_named, load_encoder
from fusion.encoders.clip_vit_b_32 import Clip
from tests.encoders.lite0 import noise
from tests.tiny_models import CLIP_CONFIG, CLIP_PIXELS

CLOSE: dict[str, Any] = {"atol": 1e-5, "rtol": 1e-5}
GRID = (4, 6)
CONTEXT = 20
TEXTS = ["What color is the triangle?", "It's a hippopotamus, isn't it?", "red 🦛 naïve", "yes"]


@pytest.fixture
def encoder(tiny_models: Path) -> Clip:
    made = load_encoder("clip-vit-b-32")
    assert isinstance(made, Clip)
    return made


@pytest.fixture
def model(tiny_models: Path) -> Any:
    """open_clip alone."""
    return open_clip.create_model(f"local-dir:{tiny_models / 'clip-vit-b-32'}").eval().requires_grad_(False)


@pytest.fixture
def tokenizer(tiny_models: Path) -> Any:
    return open_clip.get_tokenizer(f"local-dir:{tiny_models / 'clip-vit-b-32'}")


def pixels_of(picture: Image.Image) -> torch.Tensor:
    """(1, 3, 32, 48) the whole picture at CLIP's size."""
    pixels = TF.pil_to_tensor(picture.resize((48, 32), Image.Resampling.BICUBIC)).float() / 255
    return TF.normalize(pixels, list(CLIP_PIXELS["mean"]), list(CLIP_PIXELS["std"]))[None]


def test_it_reads_both(encoder: Clip) -> None:
    record = ENCODERS["clip-vit-b-32"]
    assert encoder_named(record.name, "image") is encoder_named(record.name, "text") is record
    assert encoder.encode([noise(64, 64)]).width == encoder.encode(["red"]).width == encoder.width == 24


@pytest.mark.parametrize("size", [(48, 32), (40, 200), (300, 120)])
def test_patches_stand_in_the_joint_space(encoder: Clip, model: Any, size: tuple[int, int]) -> None:
    picture = noise(*size)
    pixels = pixels_of(picture)
    last = model.visual.forward_intermediates(pixels, indices=1, output_fmt="NLC")["image_intermediates"][0]
    tokens = encoder.encode([picture])
    assert (tokens.grid, tokens.words) == (GRID, None)
    torch.testing.assert_close(tokens.sequence, model.visual.ln_post(last) @ model.visual.proj, **CLOSE)
    torch.testing.assert_close(tokens.pooled, model.encode_image(pixels), **CLOSE)
    assert tokens.mask.all()


def test_the_pixels_are_those_of_open_clips_own_transform(encoder: Clip, tiny_models: Path) -> None:
    _, transform = open_clip.create_model_from_pretrained(
        f"local-dir:{tiny_models / 'clip-vit-b-32'}", image_resize_mode="squash"
    )
    picture = noise(300, 120)
    torch.testing.assert_close(transform(picture)[None], pixels_of(picture), **CLOSE)
    torch.testing.assert_close(encoder.transform(picture), transform(picture), atol=0, rtol=0)


@pytest.mark.parametrize("size", [(480, 320), (960, 160), (320, 640)])
def test_a_patch_stands_where_it_does_in_the_picture(encoder: Clip, size: tuple[int, int]) -> None:
    """What each patch tells of itself changes most where the picture changes: at its lower left."""
    width, height = size
    picture = noise(*size)
    changed = picture.copy()
    changed.paste("red", (0, height * 3 // 4, width // 6, height))
    one, other = encoder.values([picture, changed])
    apart = (one - other).norm(dim=1).view(GRID)
    assert divmod(int(apart.argmax()), GRID[1]) == (3, 0)


@pytest.mark.parametrize("text", [*TEXTS, "", "red circle " * 60])
def test_pooled_texts_are_the_librarys(encoder: Clip, model: Any, tokenizer: Any, text: str) -> None:
    torch.testing.assert_close(encoder.encode([text]).pooled, model.encode_text(tokenizer([text])), **CLOSE)


@pytest.mark.parametrize("text", TEXTS)
def test_words_are_the_means_of_their_byte_pairs(
    encoder: Clip, model: Any, tokenizer: Any, text: str
) -> None:
    """Which pieces a word has is told by CLIP's own mark at the end of a word."""
    ids = tokenizer([text])
    states = model.forward_intermediates(text=ids, text_indices=1)["text_intermediates"][0]
    states = (model.ln_final(states) @ model.text_projection)[0]
    expected, begun = [], 1
    for i in range(1, int(ids.argmax())):
        if tokenizer.decoder[int(ids[0, i])].endswith("</w>"):
            expected.append(states[begun : i + 1].mean(0))
            begun = i + 1
    tokens = encoder.encode([text])
    torch.testing.assert_close(tokens.sequence[0], torch.stack(expected), **CLOSE)
    assert tokens.mask.all() and tokens.grid is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("What Color is the TRIANGLE?", ("What", "Color", "is", "the", "TRIANGLE", "?")),
        ("it's (really) 35!", ("it", "'s", "(", "really", ")", "3", "5", "!")),
        ("don't we’ll", ("don", "'t", "we", "’ll")),
        ("NAÏVE Café", ("NAÏVE", "Café")),
        ("red 🦛 circle", ("red", "🦛", "circle")),
        ("cats &amp; dogs", ("cats", "&", "dogs")),
        ("  blue   dog  ", ("blue", "dog")),
        ("İstanbul RED", ("i", "\u0307", "stanbul", "red")),
    ],
)
def test_words_stand_as_they_do_in_the_text(encoder: Clip, text: str, words: tuple[str, ...]) -> None:
    """Where cleaning changes the length of the text, they stand as CLIP reads them."""
    tokens = encoder.encode([text])
    assert tokens.words == (words,)
    assert tokens.mask.sum().item() == len(words)


@pytest.mark.parametrize("text", ["", "   "])
def test_an_empty_text_has_no_real_token(encoder: Clip, text: str) -> None:
    tokens = encoder.encode([text, "red"]).select(torch.tensor([0]))
    assert not tokens.present.any()
    assert tokens.words == ((),)
    assert torch.isfinite(tokens.pooled).all()
    assert encoder.encode([text]).sequence.shape == (1, 1, 24)


def test_a_long_text_is_cut_at_clips_length(encoder: Clip) -> None:
    tokens = encoder.encode(["cat dog " * 300])
    assert tokens.words == (("cat", "dog") * ((CONTEXT - 2) // 2),)
    assert tokens.mask.sum().item() == CONTEXT - 2


def test_a_word_that_is_cut_counts_as_far_as_it_fits(encoder: Clip, model: Any, tokenizer: Any) -> None:
    text = "cat " + "xq" * 100
    states = model.forward_intermediates(text=tokenizer([text]), text_indices=1)["text_intermediates"][0]
    states = (model.ln_final(states) @ model.text_projection)[0]
    tokens = encoder.encode([text])
    assert tokens.words is not None and len(tokens.words[0]) == 2
    torch.testing.assert_close(tokens.sequence[0, 1], states[2 : CONTEXT - 1].mean(0), **CLOSE)


def test_one_alone_is_the_same_as_in_a_batch(encoder: Clip) -> None:
    texts = [*TEXTS, "", "cat dog " * 300]
    pictures = [noise(*size, seed=seed) for seed, size in enumerate(((64, 64), (300, 100), (90, 120)))]
    for items in (texts, pictures):
        batch = encoder.encode(items)
        for i, item in enumerate(items):
            alone = encoder.encode([item])
            torch.testing.assert_close(
                batch.sequence[i, batch.mask[i]], alone.sequence[0, alone.mask[0]], **CLOSE
            )
            torch.testing.assert_close(batch.pooled[i], alone.pooled[0], **CLOSE)
            assert alone.words is None or alone.words[0] == (batch.words or ())[i]


def test_values_by_hand(encoder: Clip, model: Any) -> None:
    """MaskCLIP: in the last layer each patch's value in the place of what it attends to."""
    picture = noise(200, 100)
    visual = model.visual
    layer = visual.transformer.resblocks[-1]
    seen = visual.forward_intermediates(pixels_of(picture), output_fmt="NLC")["image_intermediates"][-2]
    width = CLIP_CONFIG["vision_cfg"]["width"]  # type: ignore[index]
    weight, bias = layer.attn.in_proj_weight[2 * width :], layer.attn.in_proj_bias[2 * width :]
    x = seen + layer.attn.out_proj(F.linear(layer.ln_1(seen), weight, bias))
    x = x + layer.mlp(layer.ln_2(x))
    torch.testing.assert_close(encoder.values([picture]), visual.ln_post(x) @ visual.proj, **CLOSE)


def test_a_prompted_label_is_open_clips_classifier(encoder: Clip, model: Any, tokenizer: Any) -> None:
    labels, templates = ["cat", "dog"], ["a photo of a {}.", "art of the {}."]
    expected = open_clip.build_zero_shot_classifier(model, tokenizer, labels, templates)  # (D, labels)
    for label, vector in zip(labels, expected.T, strict=True):
        torch.testing.assert_close(encoder.prompted(label, templates), vector, **CLOSE)


def test_built_parts_are_enough(model: Any, tokenizer: Any, encoder: Clip) -> None:
    """As the benchmark builds it: a model made by open_clip, no file."""
    made = Clip(model, tokenizer)
    torch.testing.assert_close(made.encode(["red"]).sequence, encoder.encode(["red"]).sequence, **CLOSE)
    assert made.scale == pytest.approx(float(torch.tensor(3.0).exp()))


def test_the_full_size_is_what_the_record_says() -> None:
    config = open_clip.get_model_config("ViT-B-32")
    assert config["embed_dim"] == ENCODERS[clip_vit_b_32.WEIGHTS.name].width
