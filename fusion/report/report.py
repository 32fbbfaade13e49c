"""What a report tells of one result, as plain types."""

import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from PIL import Image

import fusion
from fusion.answer import Answer, AttentionMaps, Reply
from fusion.checkpoint import Card
from fusion.data_url import webp, webp_url
from fusion.encoders import ENCODERS
from fusion.explain.explanation import Explanation
from fusion.inputs import content_key
from fusion.lens import Lens
from fusion.report.cautions import cautions
from fusion.report.command import command
from fusion.strategies import STRATEGIES

FORMAT = 1
SIDE = 640  # pixels of the picture's copy
LIBRARIES = ("torch", "timm", "transformers", "pillow", "numpy")

Settings = Mapping[str, Mapping[str, float]]  # made by hand, by strategy


@dataclass(frozen=True)
class Report:
    """A reply to a picture and a question, with all that it takes to judge it and to get it again.

    strategy: the one that is shown. settings: made by hand. explanations: of its answer, with their checks.
    evaluation, trials: as the lens has them. cards: of the checkpoints that answered, by strategy. source:
    the picture's name in the command that prints the same. unexplained: why there is no explanation.
    """

    picture: Image.Image | None
    reply: Reply
    strategy: str
    settings: Settings
    explanations: tuple[Explanation, ...]
    evaluation: dict[str, Any] | None
    trials: tuple[dict[str, Any], ...]
    cards: Mapping[str, Card]
    source: str = "picture.jpg"
    unexplained: str = ""
    made: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))

    @property
    def answer(self) -> Answer:
        """Of the shown strategy."""
        return next(answer for answer in self.reply.results if answer.strategy == self.strategy)

    @property
    def attention(self) -> AttentionMaps | None:
        """What each word looked at in the shown strategy, where it attends."""
        return self.answer.attention

    def to_dict(self) -> dict[str, Any]:
        """Plain types; shares and probabilities are fractions of 1. `report` is the version of this form."""
        reply = self.reply.to_dict()
        names = (self.reply.image_encoder, self.reply.text_encoder)
        image, text = ({"name": name, "weights": ENCODERS[name].fingerprint} for name in names)
        return {
            "report": FORMAT,
            "made": self.made.isoformat(),
            "versions": versions(),
            "command": command(self.reply, self.settings, self.source),
            "picture": self._picture(),
            **reply,
            "encoders": {"image": image, "text": text},
            "strategy": self.strategy,
            "settings": {name: dict(values) for name, values in self.settings.items()},
            "cautions": cautions(self.answer, self.evaluation),
            "results": [self._result(row) for row in reply["results"]],
            "test": _tested(self.evaluation),
            "trials": [_tested(trial) for trial in self.trials],
            "attention": self._attention(),
            "explanations": [
                {**explanation.to_dict(), "over_many_inputs": self._over_many(explanation)}
                for explanation in self.explanations
            ],
            "unexplained": self.unexplained,
        }

    def _picture(self) -> dict[str, Any] | None:
        if self.picture is None:
            return None
        return {
            "width": self.picture.width,
            "height": self.picture.height,
            "sha256": content_key(self.picture),
            "data_url": webp_url(webp(self.picture, SIDE)),
        }

    def _result(self, row: dict[str, Any]) -> dict[str, Any]:
        """A row of the reply, with what is known of the strategy and its checkpoint."""
        name = row["strategy"]
        card = self.cards.get(name)
        return {
            **row,
            "modality": STRATEGIES[name].modality if name in STRATEGIES else "both",
            "interval": next((r["interval"] for r in _rows(self.evaluation) if r["strategy"] == name), None),
            "checkpoint": None if card is None else _card(card),
        }

    def _attention(self) -> dict[str, Any] | None:
        """Each word's map, the mean over layers and heads."""
        maps = self.attention
        if maps is None:
            return None
        return {"words": list(maps.words), "maps": maps.weights.mean((0, 1)).round(5).tolist()}

    def _over_many(self, explanation: Explanation) -> list[dict[str, Any]]:
        """How the same explainer did for the same strategy over many test inputs."""
        rows = (self.evaluation or {}).get("explanations", [])
        wanted = (explanation.strategy, explanation.explainer)
        return [row for row in rows if (row["strategy"], row["explainer"]) == wanted]


def report_of(
    lens: Lens,
    picture: Image.Image | None,
    reply: Reply,
    strategy: str,
    settings: Settings,
    explanations: Sequence[Explanation],
    source: str = "picture.jpg",
    unexplained: str = "",
) -> Report:
    """The report on what a lens replied to a cleaned picture; the other arguments as `Report` has them."""
    fitted = [answer.strategy for answer in reply.results if answer.strategy in lens.strategies]
    return Report(
        picture=picture,
        reply=reply,
        strategy=strategy,
        settings=settings,
        explanations=tuple(explanations),
        evaluation=lens.evaluation,
        trials=lens.trials,
        cards={name: lens.model(name)[1] for name in fitted},
        source=source,
        unexplained=unexplained,
    )


def versions() -> dict[str, str]:
    """Of this project, of Python and of the libraries that compute."""
    libraries = {name: version(name) for name in LIBRARIES}
    return {"fusion": fusion.__version__, "python": platform.python_version(), **libraries}


def _rows(evaluation: dict[str, Any] | None) -> list[dict[str, Any]]:
    return [] if evaluation is None else evaluation["results"]


def _tested(evaluation: dict[str, Any] | None) -> dict[str, Any] | None:
    """What a test of the checkpoints found: the priors, and every strategy's accuracy."""
    if evaluation is None:
        return None
    kept = {key: evaluation[key] for key in ("task", "split", "n", "priors")}
    rows = [{key: row[key] for key in ("strategy", "accuracy", "interval")} for row in _rows(evaluation)]
    return {**kept, "results": rows}


def _card(card: Card) -> dict[str, Any]:
    """What tells a checkpoint from any other."""
    told = asdict(card)
    return {key: told[key] for key in ("format", "seed", "data", "validation_accuracy", "sure_from")}
