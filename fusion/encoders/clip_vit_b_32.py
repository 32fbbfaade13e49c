"""CLIP with a ViT-B/32, trained to tell which text belongs to which picture: both stand in one space.

Radford et al. 2021, arXiv 2103.00020; OpenCLIP's weights, trained on LAION-2B (MIT).
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import open_clip
import torch
from open_clip.tokenizer import SimpleTokenizer
from open_clip.transform import PreprocessCfg, image_transform_v2
from open_clip.transformer import VisionTransformer
from PIL import Image
from torch import Tensor, nn

from fusion.device import device, encoder_dtype, in_use, place_encoder
from fusion.encoders.base import ENCODERS, EncoderRecord, Piece, Prepared, transformed
from fusion.encoders.words import merge_pieces, pad_words
from fusion.tokens import Tokens
from fusion.weights import Weights

WEIGHTS = Weights(
    name="clip-vit-b-32",
    repository="laion/CLIP-ViT-B-32-laion2B-s34B-b79K",
    revision="1a25a446712ba5ee05982a381eed697ef9b435cf",
    files=("open_clip_config.json", "open_clip_model.safetensors"),
    megabytes=605,
    licence="MIT",
)


class Clip:
    """Tokens (B, N, D) in the joint space: the last patches of pictures, the words of texts.

    A picture is squashed to CLIP's square, so that the patches cover all of it. A word is the mean of its
    byte pairs; a text is cut at CLIP's length, a word that is cut there counts as far as it fits. The pooled
    vector is CLIP's own, of length as CLIP gives it.
    """

    def __init__(self, model: open_clip.CLIP, tokenizer: SimpleTokenizer) -> None:
        self.width = model.visual.output_dim
        self.grid = model.visual.grid_size
        self.scale = model.logit_scale.exp().item()  # read before half precision rounds it
        wanted = PreprocessCfg(**model.visual.preprocess_cfg | {"resize_mode": "squash"})
        self.transform = image_transform_v2(wanted, is_train=False)
        self.tokenizer = tokenizer
        self.model = place_encoder(model)

    @torch.inference_mode()
    def encode(self, batch: Sequence[Any]) -> Tokens:
        """RGB pictures of any sizes, or cleaned texts; an empty one comes back without a real token."""
        return self._read(batch) if isinstance(batch[0], str) else self._see(batch)

    def prepare(self, picture: Image.Image) -> Prepared:
        """What the network is given of an RGB picture."""
        return transformed(picture, self.transform.transforms)

    def pieces(self, text: str) -> tuple[Piece, ...]:
        """Of a cleaned text, the marks at both ends included."""
        last = self.tokenizer.eot_token_id
        ids = self.tokenizer([text])[0].tolist()
        return tuple(Piece(self.tokenizer.decode([i]).strip(), i) for i in ids[: ids.index(last) + 1])

    @torch.inference_mode()
    def values(self, pictures: Sequence[Image.Image]) -> Tensor:
        """(B, N, D) what each patch tells of itself: in the last layer it attends to no other.

        The value path of Zhou et al. 2022, "Extract Free Dense Labels from CLIP" (MaskCLIP), arXiv
        2112.01071: the last layer's attention gathers for the whole picture, its values say what is where.
        """
        with in_use(self.model) as model:
            visual = model.visual
            layers = visual.transformer.resblocks
            before = visual.forward_intermediates(
                self._pixels(pictures),
                indices=[len(layers) - 2],
                stop_early=True,
                intermediates_only=True,
                output_fmt="NLC",
            )["image_intermediates"][0]
            others = torch.full((before.shape[1],) * 2, -torch.inf, device=before.device).fill_diagonal_(0)
            alone = visual.ln_post(layers[-1](before, attn_mask=others)) @ visual.proj
        return alone.float().cpu()

    def prompted(self, label: str, templates: Sequence[str]) -> Tensor:
        """(D,) the unit vector of a label, averaged over templates, as CLIP classifies with it."""
        with in_use(self.model) as model:
            vectors = open_clip.build_zero_shot_classifier(
                model, self.tokenizer, [label], templates, device=device()
            )
        return vectors[:, 0].float().cpu()

    def _pixels(self, pictures: Sequence[Image.Image]) -> Tensor:
        """(B, 3, H, W) as CLIP was trained to see them, on its device."""
        pixels = torch.stack([self.transform(picture) for picture in pictures])
        return pixels.to(device(), encoder_dtype())

    def _see(self, pictures: Sequence[Image.Image]) -> Tokens:
        with in_use(self.model) as model:
            seen = model.visual.forward_intermediates(
                self._pixels(pictures), indices=1, normalize_intermediates=True, output_fmt="NLC"
            )
            patches = seen["image_intermediates"][0] @ model.visual.proj  # (B, N, D)
        mask = torch.ones(patches.shape[:2], dtype=torch.bool)
        pooled = seen["image_features"].float().cpu()
        return Tokens(patches.float().cpu(), pooled, mask, grid=self.grid)

    def _read(self, texts: Sequence[str]) -> Tokens:
        ids = self.tokenizer(list(texts)).to(device())  # (B, L)
        with in_use(self.model) as model:
            read = model.forward_intermediates(
                text=ids, text_indices=1, normalize=False, normalize_intermediates=True
            )
            states = (read["text_intermediates"][0] @ model.text_projection).float().cpu()  # (B, L, D)
        told = [self._words(text) for text in texts]
        merged = [
            merge_pieces(state[: len(owners)], owners)
            for state, (_, owners) in zip(states, told, strict=True)
        ]
        sequence, mask = pad_words(merged)
        words = tuple(words for words, _ in told)
        return Tokens(sequence, read["text_features"].float().cpu(), mask, words=words)

    def _words(self, text: str) -> tuple[tuple[str, ...], list[int | None]]:
        """Each whole word as it stands in the text, and to which of them each piece belongs.

        CLIP's tokenizer keeps no offsets, so its steps, from text to words to byte pairs, are taken again.
        """
        tokenizer = self.tokenizer
        cleaned = tokenizer.clean_fn(text)
        shown = text if len(text) == len(cleaned) else cleaned  # as it stands, unless cleaning moved it
        words: list[str] = []
        owners: list[int | None] = [None]  # the piece that starts every text
        for match in tokenizer.pat.finditer(cleaned):
            encoded = "".join(tokenizer.byte_encoder[byte] for byte in match.group().encode())
            owners += [len(words)] * len(tokenizer.bpe(encoded).split(" "))
            words.append(shown[match.start() : match.end()])
        owners = owners[: tokenizer.context_length - 1]  # the last piece ends every text
        return tuple(words[: (owners[-1] or 0) + 1] if len(owners) > 1 else ()), owners


def read(folder: Path) -> tuple[open_clip.CLIP, SimpleTokenizer]:
    """The model and its tokenizer from a folder as open_clip saves it for the hub.

    Raises ValueError where it is no CLIP of a vision transformer of two layers or more and a text
    transformer that reads CLIP's byte pairs, and what open_clip raises where the files are damaged.
    """
    model = open_clip.create_model(f"local-dir:{folder}", require_pretrained=True)
    tokenizer = open_clip.get_tokenizer(f"local-dir:{folder}")
    visual = getattr(model, "visual", None)
    if not (
        isinstance(model, open_clip.CLIP)
        and isinstance(visual, VisionTransformer)
        and visual.attn_pool is None
        and len(visual.transformer.resblocks) > 1
        and isinstance(model.text_projection, nn.Parameter)
        and isinstance(tokenizer, SimpleTokenizer)
    ):
        raise ValueError("another kind of CLIP")
    return model, tokenizer


ENCODERS.add(
    EncoderRecord(
        name=WEIGHTS.name,
        modality="both",
        summary="CLIP, which knows which text belongs to which picture; 605 MB to download.",
        width=512,
        build=lambda: Clip(*WEIGHTS.load(read)),
        weights=WEIGHTS,
        preferred_for="image",
    )
)
