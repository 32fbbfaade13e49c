"""Each baseline against its own reference: scikit-learn alone, and formulas that are written out."""

import pytest
import torch
from sklearn.linear_model import LogisticRegression

from fusion.progress import silent
from fusion.study.baselines import BASELINES, concat_mlp, low_rank
from fusion.study.baselines.base import Features, Fitting, features, standardised
from tests.synthetic import PICTURES, make_samples


def fitting(n: int = 300) -> Fitting:
    train, validation, test = (features(make_samples(size, seed)) for seed, size in enumerate((n, 80, 120)))
    return Fitting(train, validation, test, PICTURES, 0, silent)


def test_features_are_the_pooled_vectors_of_each_row() -> None:
    samples = make_samples(20)
    found = features(samples)
    for i in range(20):
        image = samples.images.read(samples.image_rows[i : i + 1]).pooled[0]
        text = samples.texts.read(samples.text_rows[i : i + 1]).pooled[0]
        assert torch.equal(found.image[i], image) and torch.equal(found.text[i], text)
    assert torch.equal(found.labels, samples.labels)


@pytest.mark.parametrize("name", ["concat MLP", "low-rank fusion"])
def test_hidden_layers_learn_what_needs_both(name: str) -> None:
    """The answer is the sum of what both say, modulo the classes."""
    given = fitting()
    scores = BASELINES[name].answer(given)
    assert scores.shape == (120, PICTURES)
    assert (scores.argmax(1) == given.test.labels).float().mean() > 0.6


def test_logistic_regression_is_what_scikit_learn_gives_alone() -> None:
    given = fitting()
    train, test = (torch.cat([part.image, part.text], 1).numpy() for part in (given.train, given.test))
    mean, spread = train.mean(0), train.std(0)
    alone = LogisticRegression(max_iter=1000).fit((train - mean) / spread, given.train.labels.numpy())
    expected = torch.from_numpy(alone.predict_proba((test - mean) / spread)).float()
    found = BASELINES["logistic regression"].answer(given)
    torch.testing.assert_close(found, expected, atol=1e-3, rtol=0)


def test_a_class_that_training_does_not_show_is_never_answered() -> None:
    given = fitting()
    keep = given.train.labels != 2
    train = Features(given.train.image[keep], given.train.text[keep], given.train.labels[keep])
    given = Fitting(train, given.validation, given.test, PICTURES, 0, silent)
    assert (BASELINES["logistic regression"].answer(given)[:, 2] == 0).all()


def test_channels_are_standardised_on_training_rows() -> None:
    given = standardised(fitting())
    for x in (given.train.image, given.train.text):
        torch.testing.assert_close(x.mean(0), torch.zeros(x.shape[1]), atol=1e-4, rtol=0)
        torch.testing.assert_close(x.std(0), torch.ones(x.shape[1]), atol=1e-4, rtol=0)
    assert given.test.image.mean(0).abs().max() > 1e-3


def test_low_rank_fusion_is_the_sum_of_products() -> None:
    torch.manual_seed(0)
    model = low_rank.LowRankFusion(5, 3, 4)
    image, text = torch.randn(2, 5), torch.randn(2, 3)
    first, second = model.factors
    for b in range(2):
        one, other = torch.cat([torch.ones(1), image[b]]), torch.cat([torch.ones(1), text[b]])
        expected = model.bias[0].clone()
        for r in range(low_rank.RANK):
            expected = expected + model.weights[0, r] * (one @ first[r]) * (other @ second[r])
        torch.testing.assert_close(model.fused(image, text)[b], expected)


def test_the_perceptron_reads_both_side_by_side() -> None:
    model = concat_mlp.ConcatMLP(5, 3, 4).eval()
    image, text = torch.randn(2, 5), torch.randn(2, 3)
    first, last = model.head[0], model.head[3]
    hidden = torch.relu(torch.cat([image, text], 1) @ first.weight.T + first.bias)
    torch.testing.assert_close(model(image, text), hidden @ last.weight.T + last.bias)
