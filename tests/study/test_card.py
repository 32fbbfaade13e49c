"""The model card: a hub reads its fields, a person the rest."""

from huggingface_hub import ModelCard

from fusion.language import speaking
from fusion.study import Study


def test_a_hub_reads_its_fields(studied: Study) -> None:
    data = ModelCard(studied.card("weighted")).data
    assert data.library_name == "fusion-lens"
    assert data.license is None  # for the owner of the data to state
    assert "weighted" in data.tags
    (result,) = data.eval_results
    assert (result.dataset_name, result.dataset_split, result.metric_type) == ("studied", "test", "accuracy")
    assert result.metric_value == round(studied.scores["weighted"].mean, 4)


def test_a_person_reads_what_it_is_and_where_it_ends(studied: Study) -> None:
    card = studied.card("weighted")
    for heading in ("How to use", "Data", "Figures", "Limits", "Licence"):
        assert f"## {heading}" in card
    for name in (*studied.strategies, "logistic regression", "concat MLP", "low-rank fusion"):
        score = studied.scores[name]
        assert f"| {name} | {score.mean:.1%} | {score.low:.1%} – {score.high:.1%} |" in card
    assert studied.recommendation.sentence in card
    assert all(caution in card for caution in studied.cautions)
    assert f'fusion.load("{studied.file("weighted").name}")' in card


def test_it_stays_english_whoever_takes_it(studied: Study) -> None:
    with speaking("zh"):
        card = studied.card("weighted")
    assert card == studied.card("weighted")
