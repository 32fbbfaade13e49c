from fusion.results import noun


def test_a_report_calls_a_text_what_its_task_calls_it() -> None:
    assert noun({"task": "scenes"}) == "question"
    assert noun({"task": "clipart-topics"}) == "title"
    assert noun({"task": "what a person brought"}) == "text"
