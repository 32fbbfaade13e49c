"""ViLT: one transformer over words and raw patches, so that its self-attention is cross-modal too.

Kim, Son and Kim 2021, arXiv 2102.03334, fine-tuned on VQA v2; transformers' `ViltForQuestionAnswering`.
"""

import time

import torch
from PIL import Image
from tokenizers import Encoding
from torch import Tensor
from transformers import ViltForQuestionAnswering, ViltImageProcessor

from fusion.answer import Answer, AttentionMaps
from fusion.device import device, in_use
from fusion.encoders.pieces import spoken_words
from fusion.encoders.words import merge_pieces
from fusion.references.base import FILES, REFERENCES, ReferenceRecord, pretrained
from fusion.weights import Weights

WEIGHTS = Weights(
    name="vilt",
    repository="dandelin/vilt-b32-finetuned-vqa",
    revision="d0a1f6ab88522427a7ae76ceb6e1e1e7b68a1d08",
    files=FILES,
    megabytes=471,
    licence="Apache-2.0",
)


class Vilt:
    """A classifier over the 3,129 most frequent answers of VQA v2.

    It was trained with a sigmoid for each answer, against how many of ten people gave it; several may be
    right. Shown is the softmax over its logits, in the same order: shares that sum to 1, as every row of the
    comparison has.
    """

    def __init__(self) -> None:
        self.model, self.tokenizer, self.images = pretrained(
            WEIGHTS, ViltForQuestionAnswering, ViltImageProcessor
        )
        self.labels = tuple(self.model.config.id2label[i] for i in range(self.model.config.num_labels))
        self.parameters = sum(x.numel() for x in self.model.parameters())

    @torch.inference_mode()
    def answer(self, picture: Image.Image, question: str) -> Answer:
        """The question is read as far as the model has positions for its pieces: 40 of them."""
        piece = self.tokenizer.encode(question)
        pixels = self.images(picture, return_tensors="pt").to(device())
        with in_use(self.model) as model:
            start = time.perf_counter()
            ids = torch.tensor([piece.ids], device=device())
            patches, mask, grid = _embedded(model, pixels)
            found = model(ids, image_embeds=patches, pixel_mask=mask, output_attentions=True)
            shares = found.logits[0].float().softmax(0).cpu()
            milliseconds = 1000 * (time.perf_counter() - start)
        order = shares.argsort(descending=True).tolist()
        attention = torch.stack(found.attentions)[:, 0].float().cpu()  # (layers, heads, P + 1 + N, ...)
        return Answer(
            strategy=WEIGHTS.name,
            answers=tuple((self.labels[i], float(shares[i])) for i in order),
            milliseconds=milliseconds,
            parameters=self.parameters,
            attention=_maps(attention, question, piece, grid),
        )


def _embedded(
    model: ViltForQuestionAnswering, pixels: dict[str, Tensor]
) -> tuple[Tensor, Tensor, tuple[int, int]]:
    """The picture's token and its patches from left to right and top to bottom, their mask, and their grid.

    (1, 1 + N, D), (1, 1 + N), (rows, columns) with N = rows x columns. The library draws the patches in a
    random order, and says which only here; it is the position embeddings that tell them apart, so any order
    gives the same answer, and this one gives maps.
    """
    x, mask, (places, (rows, columns)) = model.vilt.embeddings.visual_embed(
        pixels["pixel_values"], pixels["pixel_mask"], max_image_length=-1
    )
    order = (places[0, :, 0] * columns + places[0, :, 1]).argsort()  # (N,)
    return torch.cat([x[:, :1], x[:, 1:][:, order]], dim=1), mask, (rows, columns)


def _maps(attention: Tensor, question: str, piece: Encoding, grid: tuple[int, int]) -> AttentionMaps | None:
    """What each word attends to among the patches alone, in each layer and head; None without words.

    attention: (layers, heads, P + 1 + N, P + 1 + N) over P pieces, the picture's token and N patches. The
    pieces of a word are averaged.
    """
    pieces = len(piece.ids)
    of_pieces = attention[:, :, :pieces, pieces + 1 :].permute(2, 0, 1, 3)  # (P, layers, heads, N)
    spoken = spoken_words(question, piece)
    if not spoken:
        return None
    owners = [word if word in spoken else None for word in piece.word_ids]
    of_words = merge_pieces(of_pieces.flatten(1), owners).unflatten(1, of_pieces.shape[1:])
    shares = (of_words / of_words.sum(-1, keepdim=True)).permute(1, 2, 0, 3)  # (layers, heads, words, N)
    return AttentionMaps(shares.unflatten(-1, grid).numpy(), tuple(spoken.values()))


REFERENCES.add(
    ReferenceRecord(
        name=WEIGHTS.name,
        summary="ViLT: a transformer over words and patches, trained on VQA v2; picks one of 3,129 answers.",
        confidence="Its confidence is a softmax over all its answers, though it learned to judge each alone.",
        source="Kim, Son and Kim 2021, arXiv 2102.03334",
        weights=WEIGHTS,
        build=Vilt,
    )
)
