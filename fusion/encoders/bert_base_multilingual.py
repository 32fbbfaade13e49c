"""Multilingual BERT: one vocabulary and one model for a hundred languages, Chinese among them.

Devlin et al. 2018, arXiv 1810.04805; the cased multilingual base model (Apache-2.0).
"""

from functools import partial

from fusion.encoders.base import ENCODERS, EncoderRecord
from fusion.encoders.bert_base import read
from fusion.encoders.pieces import PieceEncoder
from fusion.weights import Weights

WEIGHTS = Weights(
    name="bert-base-multilingual",
    repository="google-bert/bert-base-multilingual-cased",
    revision="3f076fdb1ab68d5b2880cb87a0886f315b8146f8",
    files=("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"),
    megabytes=714,
    licence="Apache-2.0",
)

ENCODERS.add(
    EncoderRecord(
        name=WEIGHTS.name,
        modality="text",
        summary="BERT trained on a hundred languages, Chinese among them; 714 MB to download.",
        width=768,
        build=lambda: PieceEncoder(*WEIGHTS.load(partial(read, cased=True))),
        weights=WEIGHTS,
        languages=("en", "zh", "ja", "ko", "ru", "el", "ar", "he", "hi"),
    )
)
