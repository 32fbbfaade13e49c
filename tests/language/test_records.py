"""What registered records say of themselves is translated, and so are the shipped answers and examples."""

import pytest

import fusion.heads
import fusion.spaces
from fusion.encoders import ENCODERS
from fusion.explain import EXPLAINERS
from fusion.explain.mm_shap import AREAS
from fusion.language import LANGUAGES, translations
from fusion.language.catalogue import ENGLISH, LABELS
from fusion.references import REFERENCES
from fusion.registry import Registry
from fusion.strategies import STRATEGIES
from fusion.tasks import TASKS
from fusion.ui.examples import examples
from fusion.ui.failures import UNEXPECTED
from fusion.ui.what_if import GONE

KINDS: tuple[Registry, ...] = (
    TASKS,
    ENCODERS,
    STRATEGIES,
    EXPLAINERS,
    REFERENCES,
    fusion.heads.HEADS,
    fusion.spaces.SPACES,
)
OTHERS = [code for code in LANGUAGES if code != ENGLISH]


def told() -> set[str]:
    """Every sentence that a record holds and the page shows."""
    found = {UNEXPECTED, GONE, "train", "validation", "test"}
    for registry in (TASKS, ENCODERS, STRATEGIES, EXPLAINERS, REFERENCES):
        found |= {record.summary for record in registry}
    found |= {registry.kind for registry in KINDS}
    found |= {text for task in TASKS for text in (task.text_label, task.text_label.lower())}
    found |= {parameter.label for record in STRATEGIES for parameter in record.parameters}
    found |= {record.confidence for record in REFERENCES}
    found |= {area for row in AREAS for area in row}
    return found


@pytest.mark.parametrize("code", OTHERS)
def test_what_a_record_says_is_translated(code: str) -> None:
    assert sorted(told() - set(translations(code))) == []


@pytest.mark.parametrize("code", OTHERS)
def test_questions_and_titles_of_examples_are_translated(code: str) -> None:
    shown = {text for task in TASKS for one in examples(task.name) for text in (one.question, one.title)}
    assert sorted(shown - set(translations(code))) == []


@pytest.mark.parametrize("code", OTHERS)
def test_every_answer_of_the_shipped_tasks_has_a_name(code: str) -> None:
    labels = {label for task in TASKS for label in task.labels if not label.isdigit()}
    assert sorted(labels - set(translations(code, LABELS))) == []
