"""A strategy's name is known to its own file alone."""

import ast
import inspect
from pathlib import Path

import fusion
from fusion.strategies import STRATEGIES


def test_no_other_file_knows_a_strategy_by_its_name() -> None:
    """Only a task may name the strategy that answers where none is asked for; torch's mode="bilinear" is no
    strategy."""
    package = Path(fusion.__file__).parent
    homes = {record.name: Path(inspect.getfile(record.build)) for record in STRATEGIES}
    allowing, found = ("default_strategy", "mode"), []
    for path in sorted(package.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        keywords = (node for node in ast.walk(tree) if isinstance(node, ast.keyword))
        allowed = {id(keyword.value) for keyword in keywords if keyword.arg in allowing}
        for node in ast.walk(tree):
            if not isinstance(node, ast.Constant) or id(node) in allowed or node.value not in homes:
                continue
            if homes[node.value] != path:
                found.append(f"{path.relative_to(package)}:{node.lineno} {node.value}")
    assert not found
