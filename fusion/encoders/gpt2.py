"""GPT-2, which reads each word in the light of those before it alone.

Radford et al. 2019, "Language Models are Unsupervised Multitask Learners"; the smallest model (MIT).
"""

from pathlib import Path

from tokenizers import Tokenizer
from transformers import GPT2Model

from fusion.encoders.base import ENCODERS, EncoderRecord
from fusion.encoders.pieces import PieceEncoder, read_model
from fusion.weights import Weights

WEIGHTS = Weights(
    name="gpt2",
    repository="openai-community/gpt2",
    revision="607a30d783dfa663caf39e06633721c8d4cfcd7e",
    files=("config.json", "model.safetensors", "tokenizer.json"),
    megabytes=548,
    licence="MIT",
)


def read(folder: Path) -> tuple[GPT2Model, Tokenizer, int]:
    """The model, its tokenizer and how many pieces it takes, from a folder as transformers saves it."""
    model = read_model(GPT2Model, folder, use_cache=False)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    return model, tokenizer, model.config.max_position_embeddings


ENCODERS.add(
    EncoderRecord(
        name=WEIGHTS.name,
        modality="text",
        summary="GPT-2, twelve layers that read each word in the light of those before; 548 MB to download.",
        width=768,
        build=lambda: PieceEncoder(*WEIGHTS.load(read)),
        weights=WEIGHTS,
    )
)
