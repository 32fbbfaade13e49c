"""Reference models of two layers with weights by chance, saved as the libraries save theirs."""

from pathlib import Path

import torch
from transformers import (
    BertTokenizerFast,
    BlipConfig,
    BlipForQuestionAnswering,
    BlipImageProcessor,
    ViltConfig,
    ViltForQuestionAnswering,
    ViltImageProcessor,
)

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
WORDS = [
    "what",
    "color",
    "is",
    "the",
    "circle",
    "shape",
    "in",
    "image",
    "?",
    "tri",
    "##ang",
    "##le",
    "yes",
    "no",
]
ANSWERS = ["yes", "no", "red", "teal", "two"]


def save_all(folder: Path) -> Path:
    """Every reference model, each in the folder of its name, as $FUSION_MODELS holds them."""
    save_vilt(folder / "vilt")
    save_blip(folder / "blip")
    return folder


def save_tokenizer(folder: Path, extra: tuple[str, ...] = ()) -> BertTokenizerFast:
    """A word-piece tokenizer of a few words; `extra` special tokens come after them."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "vocab.txt"
    file.write_text("\n".join([*SPECIAL, *WORDS]) + "\n", encoding="utf-8")
    tokenizer = BertTokenizerFast(str(file), additional_special_tokens=list(extra))
    tokenizer.save_pretrained(folder)
    return tokenizer


def save_vilt(folder: Path) -> Path:
    """A ViLT of 2 layers and 4 heads; pictures and patches are as large as the real one's."""
    tokenizer = save_tokenizer(folder)
    torch.manual_seed(0)
    config = ViltConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=12,
        image_size=384,
        initializer_range=0.3,
        id2label=dict(enumerate(ANSWERS)),
        label2id={label: i for i, label in enumerate(ANSWERS)},
    )
    model = ViltForQuestionAnswering(config)
    torch.nn.init.normal_(model.vilt.embeddings.position_embeddings, std=0.5)
    model.save_pretrained(folder)
    ViltImageProcessor(size={"shortest_edge": 384}).save_pretrained(folder)
    return folder


def save_blip(folder: Path) -> Path:
    """A BLIP of 2 layers in each of its three parts, over pictures of 32 pixels in patches of 8."""
    tokenizer = save_tokenizer(folder, ("[DEC]", "[ENC]"))
    torch.manual_seed(0)
    layers = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 64}
    config = BlipConfig(
        text_config={
            **layers,
            "vocab_size": len(tokenizer),
            "max_position_embeddings": 32,
            "bos_token_id": tokenizer.convert_tokens_to_ids("[DEC]"),
            "sep_token_id": tokenizer.sep_token_id,
            "pad_token_id": tokenizer.pad_token_id,
            "initializer_range": 0.3,
        },
        vision_config={**layers, "image_size": 32, "patch_size": 8, "initializer_range": 0.3},
    )
    model = BlipForQuestionAnswering(config)
    with torch.no_grad():  # so that answers end, some sooner than others
        model.text_decoder.cls.predictions.bias[tokenizer.sep_token_id] += 4
    model.save_pretrained(folder)
    BlipImageProcessor(size={"height": 32, "width": 32}).save_pretrained(folder)
    return folder
