"""Why to doubt an answer, whatever it is: what the test split says of who gave it."""

from typing import Any

from fusion.answer import Answer
from fusion.language import say
from fusion.strategies import STRATEGIES


def cautions(answer: Answer, evaluation: dict[str, Any] | None) -> list[str]:
    """Plain sentences, none where there is no reason; evaluation: as `Lens.evaluation`."""
    found = []
    if not answer.sure:
        name = answer.strategy
        found.append(say("{name} is not sure: so improbable an answer is more often wrong.", name=name))
    if answer.strategy not in STRATEGIES:
        return found
    rows = {} if evaluation is None else {row["strategy"]: row for row in evaluation["results"]}
    if evaluation is None or answer.strategy not in rows:
        found.append(say("How often it is right was not measured: these checkpoints were fitted here."))
        return found
    low = rows[answer.strategy]["interval"][0]
    priors = evaluation["priors"]
    prior = max(priors["text_only_rule"], priors["majority"])
    if low <= prior:
        found.append(
            say(
                "On the test split it is not clearly better than what can be guessed without looking at the "
                "picture."
            )
        )
    return found
