"""BLIP: a question read with the picture in view, and an answer written word by word.

Li, Li, Xiong and Hoi 2022, arXiv 2201.12086, fine-tuned on VQA v2; transformers' `BlipForQuestionAnswering`.
"""

import time

import torch
from PIL import Image
from transformers import BlipForQuestionAnswering, BlipImageProcessor

from fusion.answer import Answer
from fusion.device import device, in_use
from fusion.references.base import FILES, REFERENCES, ReferenceRecord, pretrained
from fusion.weights import Weights

WEIGHTS = Weights(
    name="blip",
    repository="Salesforce/blip-vqa-base",
    revision="787b3d35d57e49572baabd22884b3d5a05acf072",
    files=FILES,
    megabytes=1540,
    licence="BSD-3-Clause",
)
CANDIDATES = 5  # answers that the search keeps, and that are shown
LONGEST = 10  # pieces of an answer


class Blip:
    """Writes its answer: the most probable ones that a beam search finds.

    Their probabilities are the decoder's own of each whole answer, as shares of those of the candidates
    found: they sum to 1, and say how clearly the first leads, not how likely it is among all that could be
    said.
    """

    def __init__(self) -> None:
        self.model, self.tokenizer, self.images = pretrained(
            WEIGHTS, BlipForQuestionAnswering, BlipImageProcessor
        )
        self.parameters = sum(x.numel() for x in self.model.parameters())

    @torch.inference_mode()
    def answer(self, picture: Image.Image, question: str) -> Answer:
        """The decoder attends to the question's states, in which the picture is mixed, so there is no map."""
        piece = self.tokenizer.encode(question)
        pixels = self.images(picture, return_tensors="pt").pixel_values
        with in_use(self.model) as model:
            start = time.perf_counter()
            found = model.generate(
                torch.tensor([piece.ids], device=device()),
                pixels.to(device(), model.dtype),
                num_beams=CANDIDATES,
                num_return_sequences=CANDIDATES,
                do_sample=False,
                length_penalty=0.0,  # scores are sums of log-probabilities, so of whole answers
                min_new_tokens=1,
                max_new_tokens=LONGEST,
                return_dict_in_generate=True,
                output_scores=True,
            )
            shares = found.sequences_scores.float().softmax(0).tolist()
            milliseconds = 1000 * (time.perf_counter() - start)
        texts = self.tokenizer.decode_batch(found.sequences.tolist())  # without the special pieces
        answers: dict[str, float] = {}
        for text, share in zip(texts, shares, strict=True):
            answers[text] = answers.get(text, 0.0) + share  # different pieces may spell the same answer
        return Answer(
            strategy=WEIGHTS.name,
            answers=tuple(sorted(answers.items(), key=lambda pair: -pair[1])),
            milliseconds=milliseconds,
            parameters=self.parameters,
        )


REFERENCES.add(
    ReferenceRecord(
        name=WEIGHTS.name,
        summary="BLIP: reads the question with the picture in view, trained on VQA v2; writes its answer.",
        confidence=f"Its confidence is a share among the {CANDIDATES} most probable answers that it found.",
        source="Li, Li, Xiong and Hoi 2022, arXiv 2201.12086",
        weights=WEIGHTS,
        build=Blip,
    )
)
