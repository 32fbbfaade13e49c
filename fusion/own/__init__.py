"""Data sets that people bring: read, checked, and told about before anything runs."""

from fusion.own.own_data import OwnData, as_lines
from fusion.own.problems import Problem
from fusion.own.read import fetch, read
from fusion.own.workspace import Workspace, sweep

__all__ = ["OwnData", "Problem", "Workspace", "as_lines", "fetch", "read", "sweep"]
