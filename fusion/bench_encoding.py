"""Encoding throughput against the library called directly, on the same batch and model.

The bare side is what a careful user would write: the library's own preprocessing to the same input, one call
of the model, token features and a pooled vector brought back to the CPU. Models of the sizes that a hub keeps
have random weights, built from the libraries' own configurations: nothing is downloaded.
"""

import gc
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import open_clip
import timm
import torch
from open_clip.transform import PreprocessCfg, image_transform_v2
from PIL import Image
from timm.data import create_transform, resolve_model_data_config
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from torch import nn
from torchvision.transforms.v2 import functional as TF
from transformers import BertConfig, BertModel, GPT2Config, GPT2Model, PreTrainedTokenizerFast

from fusion.device import device, encoder_dtype, in_use
from fusion.encoders.base import Encoder, packaged_file
from fusion.encoders.clip_vit_b_32 import Clip
from fusion.encoders.efficientnet_lite0 import AREA, normalised, working_size
from fusion.encoders.efficientnet_lite0_levels import LEVELS, EfficientNetLite0Levels
from fusion.encoders.minilm import PACKAGE, SHA256, MiniLM
from fusion.encoders.pieces import PieceEncoder
from fusion.encoders.timm_features import FeatureMap

PICTURES = 8
TEXTS = 16
LEAST, MOST, LONGEST_S = 5, 40, 8.0  # pairs of calls, and for how long there are more than the least
Bare = Callable[[Sequence[Any]], object]


@dataclass(frozen=True)
class Pair:
    """The same work done by an encoder and by its library alone. items: what the batch holds."""

    encoder: Encoder
    bare: Bare
    batch: Sequence[Any]

    @property
    def items(self) -> str:
        return "texts" if isinstance(self.batch[0], str) else "pictures"


def encoding(families: "Mapping[str, Callable[[], Pair]] | None" = None) -> dict[str, float]:
    """Speeds and ratios of every family, and the smallest ratio of all; one model is in memory at a time."""
    found: dict[str, float] = {}
    for name, build in (FAMILIES if families is None else families).items():
        found |= _measured(name, build())
        gc.collect()
    ratios = [value for name, value in found.items() if name.endswith("_ratio")]
    return {"encode_throughput_over_bare_ratio": min(ratios), **found}


def _measured(name: str, pair: Pair) -> dict[str, float]:
    ours, bare = seconds(lambda: pair.encoder.encode(pair.batch), lambda: pair.bare(pair.batch))
    return {
        f"encode_{name}_{pair.items}_per_s": len(pair.batch) / ours,
        f"encode_throughput_over_bare_{name}_ratio": bare / ours,
    }


def seconds(ours: Callable[[], object], bare: Callable[[], object]) -> tuple[float, float]:
    """The shortest time of each, called in turn so that what else the machine does meets both alike."""
    times: dict[Callable[[], object], list[float]] = {ours: [], bare: []}
    order = [ours, bare]
    for call in order:
        call()  # to warm up
    limit = time.perf_counter() + LONGEST_S
    while len(times[ours]) < LEAST or (len(times[ours]) < MOST and time.perf_counter() < limit):
        for call in order:
            start = time.perf_counter()
            call()
            times[call].append(time.perf_counter() - start)
        order.reverse()
    return min(times[ours]), min(times[bare])


def _pictures() -> list[Image.Image]:
    """A batch of the size of photographs as people send them."""
    random = np.random.default_rng(0)
    return [Image.fromarray(random.integers(0, 256, (480, 640, 3), dtype=np.uint8)) for _ in range(PICTURES)]


def _texts() -> list[str]:
    """A batch of questions of different lengths."""
    things = ("dog", "red car", "small brown house", "bottle of water")
    asked = ("What color is the {}?", "How many of the {} are there in the picture?")
    return [asked[i % 2].format(things[i // 2 % 4]) for i in range(TEXTS)]


def _levels() -> Pair:
    encoder = EfficientNetLite0Levels()
    pictures = _pictures()
    rows, columns = working_size(*pictures[0].size, AREA)

    @torch.inference_mode()
    def bare(batch: Sequence[Image.Image]) -> object:
        resized = [picture.resize((columns, rows), Image.Resampling.BICUBIC) for picture in batch]
        pixels = normalised(torch.stack([TF.pil_to_tensor(picture) for picture in resized]).float())
        with in_use(encoder.model) as model:
            levels = model.forward_intermediates(pixels, indices=list(LEVELS), intermediates_only=True)
        return [(x.float().flatten(2).transpose(1, 2).cpu(), x.float().mean((2, 3)).cpu()) for x in levels]

    return Pair(encoder, bare, pictures)


def _minilm() -> Pair:
    return _pieces(MiniLM(), _wordpieces())


def _bert(vocabulary: int = 30_522) -> Pair:
    model = BertModel(BertConfig(vocab_size=vocabulary), add_pooling_layer=False)
    return _pieces(PieceEncoder(model, _wordpieces(), model.config.max_position_embeddings), _wordpieces())


def _gpt2() -> Pair:
    model = GPT2Model(GPT2Config(use_cache=False))
    return _pieces(PieceEncoder(model, _byte_pairs(), model.config.max_position_embeddings), _byte_pairs())


def _pieces(encoder: PieceEncoder, tokenizer: Tokenizer) -> Pair:
    """transformers' own tokenizer and model: the states of all pieces, and their mean."""
    limit = encoder.model.config.max_position_embeddings
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token=tokenizer.id_to_token(0))

    @torch.inference_mode()
    def bare(batch: Sequence[str]) -> object:
        read = fast(list(batch), padding=True, truncation=True, max_length=limit, return_tensors="pt")
        read = {name: read[name].to(device()) for name in ("input_ids", "attention_mask")}
        with in_use(encoder.model) as model:
            states = model(**read).last_hidden_state.float()
        real = read["attention_mask"][..., None]
        return states.cpu(), ((states * real).sum(1) / real.sum(1)).cpu()

    return Pair(encoder, bare, _texts())


def _wordpieces() -> Tokenizer:
    """BERT's own, which MiniLM shares."""
    folder = packaged_file(PACKAGE, "model/model.safetensors", SHA256).parent
    return Tokenizer.from_file(str(folder / "tokenizer.json"))


def _byte_pairs() -> Tokenizer:
    """GPT-2's kind, trained on the batch."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator(_texts(), trainer)
    return tokenizer


def _clip() -> Clip:
    model = open_clip.create_model("ViT-B-32", pretrained=None)
    return Clip(model, open_clip.get_tokenizer("ViT-B-32"))


def _clip_image() -> Pair:
    encoder = _clip()
    # Squashed as the encoder does it, so that both see the same pixels.
    config = PreprocessCfg(size=encoder.model.visual.image_size, resize_mode="squash")
    transform = image_transform_v2(config, is_train=False)

    @torch.inference_mode()
    def bare(batch: Sequence[Image.Image]) -> object:
        pixels = torch.stack([transform(picture) for picture in batch]).to(device(), encoder_dtype())
        with in_use(encoder.model) as model:
            seen = model.forward_intermediates(
                image=pixels, image_indices=1, normalize=False, image_output_fmt="NLC"
            )
        return seen["image_intermediates"][0].float().cpu(), seen["image_features"].float().cpu()

    return Pair(encoder, bare, _pictures())


def _clip_text() -> Pair:
    encoder = _clip()

    @torch.inference_mode()
    def bare(batch: Sequence[str]) -> object:
        ids = encoder.tokenizer(list(batch)).to(device())
        with in_use(encoder.model) as model:
            read = model.forward_intermediates(text=ids, text_indices=1, normalize=False)
        return read["text_intermediates"][0].float().cpu(), read["text_features"].float().cpu()

    return Pair(encoder, bare, _texts())


def _resnet() -> Pair:
    return _features(timm.create_model("resnet50"))


def _vgg() -> Pair:
    with torch.device("meta"):
        model = timm.create_model("vgg16")
    model.pre_logits = nn.Identity()  # behind the features, and most of the memory
    model.head = nn.Identity()
    model.to_empty(device="cpu")
    return _features(model)


def _features(model: Any) -> Pair:
    """timm's own transform and features: each place of the last map, and the mean."""
    config = resolve_model_data_config(model) | {"crop_mode": "squash", "crop_pct": 1.0}
    transform = create_transform(**config, is_training=False)
    encoder = FeatureMap(model)

    @torch.inference_mode()
    def bare(batch: Sequence[Image.Image]) -> object:
        pixels = torch.stack([transform(picture) for picture in batch]).to(device(), encoder_dtype())
        with in_use(encoder.model) as network:
            features = network.forward_features(pixels).float()
        return features.flatten(2).transpose(1, 2).cpu(), features.mean((2, 3)).cpu()

    return Pair(encoder, bare, _pictures())


# By the name of the encoder whose size it has, as it stands in the names of the figures.
FAMILIES: dict[str, Callable[[], Pair]] = {
    "efficientnet_lite0_levels": _levels,
    "minilm": _minilm,
    "clip_vit_b_32_image": _clip_image,
    "clip_vit_b_32_text": _clip_text,
    "bert_base": _bert,
    "bert_base_multilingual": lambda: _bert(119_547),
    "gpt2": _gpt2,
    "resnet_50": _resnet,
    "vgg_16": _vgg,
}
