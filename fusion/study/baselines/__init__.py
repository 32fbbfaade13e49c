"""What somebody would otherwise do with the same tokens, one file each."""

from fusion.study.baselines.base import BASELINES, Baseline
from fusion.study.baselines import logistic, concat_mlp, low_rank  # in the order of the tables

__all__ = ["BASELINES", "Baseline", "concat_mlp", "logistic", "low_rank"]
