"""What the text encoders of transformers share: from a tokenizer's pieces and their states to whole words."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from tokenizers import Encoding, Tokenizer
from transformers import AutoConfig, PreTrainedModel
from transformers.utils import logging

from fusion.device import device, in_use, place_encoder
from fusion.encoders.base import Piece
from fusion.encoders.words import merge_pieces, pad_words
from fusion.tokens import Tokens


class PieceEncoder:
    """Tokens (B, words, D): each word the mean of its pieces' last states, the pooled vector that of all.

    A text is cut after `limit` pieces; a word that is cut there counts as far as it fits.
    """

    def __init__(self, model: PreTrainedModel, tokenizer: Tokenizer, limit: int) -> None:
        self.width = model.config.hidden_size
        self.tokenizer = tokenizer
        self.tokenizer.enable_truncation(limit)
        self.tokenizer.no_padding()
        self.model = place_encoder(model)

    @torch.inference_mode()
    def encode(self, batch: Sequence[str]) -> Tokens:
        """Cleaned texts; an empty one comes back without a real token."""
        pieces = self.tokenizer.encode_batch(list(batch))
        longest = max(1, *(len(piece) for piece in pieces))
        ids, real = torch.zeros(2, len(pieces), longest, dtype=torch.long, device=device())
        for i, piece in enumerate(pieces):
            ids[i, : len(piece)] = torch.tensor(piece.ids)
            real[i, : len(piece)] = 1
        seen = real.clone()
        seen[:, 0] = 1  # where a text has no piece at all, attention still needs something to look at
        with in_use(self.model) as model:
            states = model(input_ids=ids, attention_mask=seen).last_hidden_state.float()  # (B, P, D)
        shares = real[..., None] / real.sum(1).clamp(min=1)[:, None, None]
        pooled = (states * shares).sum(1).cpu()
        words, merged = [], []
        for text, piece, state in zip(batch, pieces, states.cpu(), strict=True):
            spoken = spoken_words(text, piece)
            owners = [word if word in spoken else None for word in piece.word_ids]
            merged.append(merge_pieces(state[: len(piece)], owners))
            words.append(tuple(spoken.values()))
        sequence, mask = pad_words(merged)
        return Tokens(sequence, pooled, mask, words=tuple(words))

    def pieces(self, text: str) -> tuple[Piece, ...]:
        """Of a cleaned text, the marks at its ends included where the model has any."""
        ids = self.tokenizer.encode(text).ids
        return tuple(Piece(self.tokenizer.decode([i], skip_special_tokens=False).strip(), i) for i in ids)


def read_model(kind: Any, folder: Path, **settings: Any) -> PreTrainedModel:
    """A model of transformers with its weights from a folder.

    Raises ValueError where they are of another kind of model or lack some, and what transformers raises
    where they are damaged.
    """
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    if not isinstance(AutoConfig.from_pretrained(folder, local_files_only=True), kind.config_class):
        raise ValueError(f"no {kind.__name__}")
    model, loaded = kind.from_pretrained(
        folder,
        local_files_only=True,
        use_safetensors=True,
        dtype=torch.float32,
        output_loading_info=True,
        **settings,
    )
    if loaded["missing_keys"] or loaded["mismatched_keys"]:
        raise ValueError("weights that the model needs are missing or of another shape")
    return model


def spoken_words(text: str, piece: Encoding) -> dict[int, str]:
    """Each whole word as it stands in the text, by the number that its pieces bear."""
    spans: dict[int, list[int]] = {}
    for word, (start, end) in zip(piece.word_ids, piece.offsets, strict=True):
        if word is not None:
            spans.setdefault(word, [start, end])[1] = end
    found = ((word, text[start:end].strip()) for word, (start, end) in spans.items())
    return {word: spoken for word, spoken in found if spoken}
