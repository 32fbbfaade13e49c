"""The relevance rules against a computation written out with the paper's four matrices."""

import torch
from torch import Tensor

from fusion.explain.rules import normalised, read_other, read_own, together, weighted_by_gradient


def rows_of_one(*shape: int, seed: int) -> Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed)).softmax(-1)


def test_the_joint_matrix_holds_what_the_four_of_the_paper_do() -> None:
    """Chefer et al. 2021, equations 5 to 11: text t of 3 tokens, image i of 4; each reads itself, t reads i,
    then i reads t."""
    t, i = torch.arange(3), torch.arange(3, 7)
    a_tt, a_ii = rows_of_one(3, 3, seed=1), rows_of_one(4, 4, seed=2)
    a_ti, a_it = rows_of_one(3, 4, seed=3), rows_of_one(4, 3, seed=4)
    joint = torch.eye(7)
    joint = together(joint, [(t, read_own(joint, t, a_tt))])
    joint = together(joint, [(i, read_own(joint, i, a_ii))])
    joint = together(joint, [(t, read_other(joint, t, i, a_ti))])
    joint = together(joint, [(i, read_other(joint, i, t, a_it))])

    def bar(own: Tensor) -> Tensor:
        added = own - torch.eye(len(own))
        return torch.stack([row / row.sum() if row.sum() else row for row in added]) + torch.eye(len(own))

    r_tt, r_ii, r_ti, r_it = torch.eye(3), torch.eye(4), torch.zeros(3, 4), torch.zeros(4, 3)
    r_tt, r_ti = r_tt + a_tt @ r_tt, r_ti + a_tt @ r_ti  # 6, 7
    r_ii, r_it = r_ii + a_ii @ r_ii, r_it + a_ii @ r_it
    r_ti, r_tt = r_ti + bar(r_tt).T @ a_ti @ bar(r_ii), r_tt + a_ti @ r_it  # 10, 11
    r_it, r_ii = r_it + bar(r_ii).T @ a_it @ bar(r_tt), r_ii + a_it @ r_ti
    expected = torch.cat([torch.cat([r_tt, r_ti], 1), torch.cat([r_it, r_ii], 1)])
    torch.testing.assert_close(joint, expected)


def test_only_what_speaks_for_the_score_counts() -> None:
    weights = torch.tensor([[[0.25, 0.75]], [[0.5, 0.5]]])  # two heads
    gradients = torch.tensor([[[4.0, -4.0]], [[2.0, 2.0]]])
    torch.testing.assert_close(weighted_by_gradient(weights, gradients), torch.tensor([[1.0, 0.5]]))


def test_nothing_added_is_normalised_to_nothing() -> None:
    torch.testing.assert_close(normalised(torch.eye(3)), torch.eye(3))


def test_who_reads_twice_at_once_holds_the_mean() -> None:
    found = together(torch.eye(2), [(torch.tensor([0]), torch.tensor([[2.0, 0.0]])),
                                    (torch.tensor([0]), torch.tensor([[4.0, 2.0]]))])  # fmt: skip
    torch.testing.assert_close(found, torch.tensor([[3.0, 1.0], [0.0, 1.0]]))
