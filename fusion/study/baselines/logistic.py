"""Logistic regression on both pooled vectors side by side, by scikit-learn: what most people would try."""

import torch
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from torch import Tensor

from fusion.study.baselines.base import BASELINES, Baseline, Fitting, concatenated

STEPS = 1000


def answer(given: Fitting) -> Tensor:
    """Scores (Q, classes): probabilities, 0 for a class that training does not show."""
    given.progress("logistic regression", 0, 1)
    fitted = make_pipeline(StandardScaler(), LogisticRegression(max_iter=STEPS))
    fitted.fit(concatenated(given.train).numpy(), given.train.labels.numpy())
    scores = torch.zeros(len(given.test), given.classes)
    shares = fitted.predict_proba(concatenated(given.test).numpy())
    scores[:, torch.from_numpy(fitted.classes_)] = torch.from_numpy(shares).float()
    return scores


BASELINES.add(
    Baseline(
        name="logistic regression",
        summary="scikit-learn's, on both pooled vectors side by side, standardised; on all training rows.",
        source="Pedregosa et al. 2011",
        answer=answer,
        by_chance=False,
    )
)
