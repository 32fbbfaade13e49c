"""BERT, which reads each word in the light of all the others.

Devlin et al. 2018, arXiv 1810.04805; the uncased base model (Apache-2.0).
"""

from pathlib import Path

from tokenizers import Tokenizer
from transformers import BertModel

from fusion.encoders.base import ENCODERS, EncoderRecord
from fusion.encoders.pieces import PieceEncoder, read_model
from fusion.weights import Weights

WEIGHTS = Weights(
    name="bert-base",
    repository="google-bert/bert-base-uncased",
    revision="86b5e0934494bd15c9632b12f734a8a67f723594",
    files=("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"),
    megabytes=440,
    licence="Apache-2.0",
)


def read(folder: Path, cased: bool = False) -> tuple[BertModel, Tokenizer, int]:
    """The model, its tokenizer and how many pieces it takes, from a folder as transformers saves it.

    cased: whether it is the kind that tells capital letters from small ones. Raises ValueError for the other.
    """
    model = read_model(BertModel, folder, add_pooling_layer=False)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    if (tokenizer.normalizer.normalize_str("A") == "A") is not cased:
        raise ValueError("another kind of BERT")
    return model, tokenizer, model.config.max_position_embeddings


ENCODERS.add(
    EncoderRecord(
        name=WEIGHTS.name,
        modality="text",
        summary="BERT, twelve layers that read each word in the light of all others; 440 MB to download.",
        width=768,
        build=lambda: PieceEncoder(*WEIGHTS.load(read)),
        weights=WEIGHTS,
        preferred_for="text",
    )
)
