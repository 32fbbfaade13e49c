"""What is kept in English until it is shown: within one another, of one and of several, by name."""

import copy
import pickle
import re
import threading
from pathlib import Path

import numpy as np

from fusion.language import Sentence, later, say, speaking, translations
from fusion.own.problems import UNITS, problem
from fusion.progress import Progress
from fusion.study.baselines import BASELINES
from fusion.study.cautions import cautions
from fusion.study.recommendation import recommend
from fusion.tasks import Example
from fusion.teach.trial import Trial
from fusion.ui.jobs import Job
from tests.study.results import result


def in_chinese(sentence: str) -> str:
    with speaking("zh"):
        return say(sentence)


def test_units_and_other_ways_have_translations() -> None:
    named = {form for forms in UNITS.values() for form in forms}
    named |= {text for other in BASELINES for text in (other.name, other.summary)}
    assert named - set(translations("zh")) == set()


def test_a_sentence_within_a_sentence_is_said_too() -> None:
    (several,) = problem("no-label", "{n} without a label: left out.", ["a", "b"])
    (one,) = problem("no-label", "{n} without a label: left out.", ["a"])
    assert (several.sentence, one.sentence) == (
        "2 rows without a label: left out.",
        "1 row without a label: left out.",
    )
    assert in_chinese(several.sentence) == "2 行没有标签：已略去。"


def test_what_a_person_wrote_is_never_said() -> None:
    told = later("Give {name} a picture or a text to learn from.", name="grey")
    assert in_chinese(told) == "请给 grey 一张图片或一段文本供学习。"


def test_a_copy_is_said_too() -> None:
    told = later("fitting {strategy}", strategy="gated")
    for other in (copy.deepcopy(told), pickle.loads(pickle.dumps(told))):
        assert isinstance(other, Sentence) and other == "fitting gated"
        assert in_chinese(other) == "正在训练 gated"


def test_advice_and_cautions_are_said_whole(tmp_path: Path) -> None:
    groups = [str(i) for i in range(400)]
    cases = (
        [result("text-only", tmp_path, 0.6, 0.61), result("gated", tmp_path, 0.7, 0.72)],
        [result("image-only", tmp_path, 0.6, 0.61), result("gated", tmp_path, 0.6, 0.6, size=9000)],
        [result("text-only", tmp_path, 0.7, 0.71), result("gated", tmp_path, 0.5, 0.6)],
        [result("gated", tmp_path, 0.7, 0.72)],
        [result("gated", tmp_path, 0.2, 0.2)],
    )
    told = [recommend(results, groups, 200, np.arange(400) < 80, "cat").sentence for results in cases]
    rows = [Example(tmp_path, "", label, "all", "") for label in "甲乙"]
    told += cautions(rows, rows[:1], [*"甲乙丙丁戊己庚辛"], 1)
    told += [Trial(1, 8, 0.5).warning, Trial(0, 2, 0.5, alone=2).warning]
    for sentence in told:
        assert not re.search("[a-z]+ [a-z]+", in_chinese(sentence))


def test_a_job_speaks_the_language_of_who_began_it() -> None:
    heard: list[str] = []
    over = threading.Event()

    def work(_: Progress) -> None:
        heard.append(say("Stop"))
        over.set()

    with speaking("zh"):
        Job("a job", work)
    assert over.wait(20)
    assert heard == ["停止"]
