"""Explanations: what an answer rested on. Adding an explainer is one file and one import line here."""

from fusion.explain import (  # noqa: F401  (each import registers an explainer, in this order)
    raw_attention,
    rollout,
    relevance,
    grad_cam,
    integrated_gradients,
    occlusion,
    rise,
    token_shapley,
)
from fusion.explain.base import EXPLAINERS, Case, ExplainerRecord, Relevance, case_of

__all__ = ["EXPLAINERS", "Case", "ExplainerRecord", "Relevance", "case_of"]
