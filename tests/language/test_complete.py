"""Every sentence that the code says has a translation in every language."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import fusion
from fusion.language import LANGUAGES, translations
from fusion.language.catalogue import ENGLISH, FOLDER
from fusion.paths import ASSETS

CODE = Path(fusion.__file__).parent
IN_SCRIPT = re.compile(r"""fusionSay\(\s*(['"`])((?:(?!\1).|\\\1)*?)\1""", re.DOTALL)
OTHERS = [code for code in LANGUAGES if code != ENGLISH]
SAYING = {"say": 0, "later": 0, "problem": 1}  # what takes a sentence, and at which place


def said() -> Iterator[str]:
    """What the code gives to `say` and the like as it stands."""
    for file in CODE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAYING:
                english = node.args[SAYING[node.func.id]]
                if isinstance(english, ast.Constant):
                    yield english.value
                else:
                    assert not isinstance(english, ast.JoinedStr), (
                        f"{file}: a sentence that changes is no key"
                    )


def said_by_scripts() -> Iterator[str]:
    for file in [*CODE.rglob("*.py"), *ASSETS.rglob("*.js")]:
        for _, english in IN_SCRIPT.findall(file.read_text(encoding="utf-8")):
            yield english.replace("\\'", "'")


def names(sentence: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(sentence)} - {None}


@pytest.mark.parametrize("code", OTHERS)
def test_nothing_that_is_said_lacks_a_translation(code: str) -> None:
    assert sorted(set(said()) - set(translations(code))) == []


@pytest.mark.parametrize("code", OTHERS)
def test_nothing_that_scripts_say_lacks_a_translation(code: str) -> None:
    assert sorted(set(said_by_scripts()) - set(translations(code, "scripts*.json"))) == []


@pytest.mark.parametrize("code", OTHERS)
def test_a_translation_names_the_same_values(code: str) -> None:
    for english, translation in translations(code).items():
        assert names(translation) == names(english), english


@pytest.mark.parametrize("code", OTHERS)
def test_no_two_files_translate_a_sentence_differently(code: str) -> None:
    seen: dict[str, str] = {}
    for file in (FOLDER / code).glob("*.json"):
        for english, translation in json.loads(file.read_text(encoding="utf-8")).items():
            assert seen.setdefault(english, translation) == translation, english
