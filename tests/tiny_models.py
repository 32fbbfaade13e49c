"""Tiny real models of every family, random but whole, written by the libraries' own functions."""

import shutil
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import SimpleNamespace

import open_clip
import timm
import torch
from open_clip.factory import set_model_preprocess_cfg
from open_clip.push_to_hf_hub import save_for_hf as save_clip
from timm.models import save_for_hf as save_timm
from tokenizers import Tokenizer
from tokenizers.implementations import BertWordPieceTokenizer, ByteLevelBPETokenizer
from tokenizers.processors import BertProcessing
from transformers import BertConfig, BertModel, GPT2Config, GPT2Model, PreTrainedTokenizerFast

from fusion.weights import Weights

SENTENCES = [
    "What color is the triangle? Is there a red circle in the picture?",
    "It's not a hippopotamus, isn't it; the blue rectangle doesn't touch the shape!",
    "yes no red blue green yellow black gray brown teal a photo of the small cat and many dogs",
]
CHINESE = "这是什么动物？图片里有几只狗？三角形是什么颜色？"
CLIP_CONFIG = {
    "embed_dim": 24,
    "vision_cfg": {"image_size": [32, 48], "patch_size": 8, "width": 32, "layers": 3, "head_width": 16},
    "text_cfg": {"context_length": 20, "vocab_size": 49408, "width": 32, "heads": 2, "layers": 2},
}
CLIP_PIXELS = {"mean": (0.5, 0.4, 0.3), "std": (0.2, 0.25, 0.3), "interpolation": "bicubic"}
SIDE = (64, 96)  # of the convolutional networks' pictures: rows, columns
LIMIT = 40  # pieces


def write_clip(folder: Path, seed: int = 0) -> None:
    """CLIP: width 24, a grid of 4 x 6, three layers and two, a temperature that is not the first."""
    torch.manual_seed(seed)
    model = open_clip.CLIP(**CLIP_CONFIG)
    with torch.no_grad():
        model.logit_scale.fill_(3.0)
    set_model_preprocess_cfg(model, {"size": (32, 48), "mode": "RGB", **CLIP_PIXELS})
    tokenizer = SimpleNamespace(save_pretrained=lambda folder: None)  # CLIP's own ships inside open_clip
    save_clip(model, tokenizer, CLIP_CONFIG, folder, safe_serialization=True)


def write_bert(folder: Path, seed: int = 0, tokenizer: Tokenizer | None = None) -> None:
    """BERT: width 16, two layers, at most LIMIT pieces."""
    tokenizer = tokenizer or word_pieces()
    config = BertConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=LIMIT,
    )
    torch.manual_seed(seed)
    BertModel(config).save_pretrained(folder)
    PreTrainedTokenizerFast(tokenizer_object=tokenizer).save_pretrained(folder)


def write_multilingual_bert(folder: Path, seed: int = 0) -> None:
    """The same with a vocabulary that has Chinese signs too, and with case."""
    write_bert(folder, seed, word_pieces([*SENTENCES, CHINESE], lowercase=False))


def write_gpt2(folder: Path, seed: int = 0) -> None:
    """GPT-2: width 16, two layers, at most LIMIT pieces."""
    tokenizer = byte_pairs()
    config = GPT2Config(
        vocab_size=tokenizer.get_vocab_size(), n_embd=16, n_layer=2, n_head=2, n_positions=LIMIT,
        bos_token_id=0, eos_token_id=0,
    )  # fmt: skip
    torch.manual_seed(seed)
    GPT2Model(config).save_pretrained(folder)
    PreTrainedTokenizerFast(tokenizer_object=tokenizer).save_pretrained(folder)


def write_resnet(folder: Path, seed: int = 0) -> None:
    """A ResNet of timm's own tests: width 96, a grid of 2 x 3."""
    _write_timm(folder, "test_resnet", seed)


def write_vgg(folder: Path, seed: int = 0) -> None:
    """VGG-11 with a narrow head: width 512, a grid of 2 x 3."""
    _write_timm(folder, "vgg11", seed, num_classes=2, mlp_ratio=1 / 256)


def word_pieces(sentences: Sequence[str] = SENTENCES, lowercase: bool = True) -> Tokenizer:
    """A tokenizer as BERT's, of a few words."""
    trained = BertWordPieceTokenizer(lowercase=lowercase)
    trained.train_from_iterator(sentences, vocab_size=200, min_frequency=1, show_progress=False)
    ends = [(mark, trained.token_to_id(mark)) for mark in ("[SEP]", "[CLS]")]
    trained.post_processor = BertProcessing(*ends)
    return Tokenizer.from_str(trained.to_str())


def byte_pairs() -> Tokenizer:
    """A tokenizer as GPT-2's, of a few words."""
    trained = ByteLevelBPETokenizer()
    trained.train_from_iterator(SENTENCES, vocab_size=420, min_frequency=1, show_progress=False)
    return Tokenizer.from_str(trained.to_str())


WRITERS: dict[str, Callable[[Path, int], None]] = {
    "clip-vit-b-32": write_clip,
    "resnet-50": write_resnet,
    "vgg-16": write_vgg,
    "bert-base": write_bert,
    "bert-base-multilingual": write_multilingual_bert,
    "gpt2": write_gpt2,
}


def write_models(folder: Path, names: Iterable[str] = tuple(WRITERS), seed: int = 0) -> None:
    """The tiny models of these encoders, laid out as a folder for FUSION_MODELS."""
    for name in names:
        WRITERS[name](folder / name, seed)


def write_hub_cache(cache: Path, weights: Weights, model: Path) -> Path:
    """The files of a model as the hub's cache lays them out; gives its snapshot folder."""
    home = cache / f"models--{weights.repository.replace('/', '--')}"
    snapshot = home / "snapshots" / weights.revision
    (home / "blobs").mkdir(parents=True)
    snapshot.mkdir(parents=True)
    for i, file in enumerate(weights.files):
        blob = home / "blobs" / f"{i:064x}"
        shutil.copy(model / file, blob)
        (snapshot / file).symlink_to(Path("../../blobs") / blob.name)
    return snapshot


def _write_timm(folder: Path, name: str, seed: int, **settings: float) -> None:
    torch.manual_seed(seed)
    pixels = {"input_size": (3, *SIDE), "mean": (0.5, 0.4, 0.3), "std": (0.2, 0.25, 0.3)}
    model = timm.create_model(name, pretrained_cfg_overlay=pixels, **settings)
    # Weights as trained ones are: some signal comes through all layers.
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            torch.nn.init.normal_(module.running_mean, std=0.1)
    save_timm(model, folder, model_args=settings, safe_serialization=True)
