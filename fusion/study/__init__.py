"""Which strategy suits a data set: fitted, compared, explained and handed over."""

from fusion.study.study import Study, study

__all__ = ["Study", "study"]
