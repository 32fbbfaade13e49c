"""Gradio's own files, made once for everybody."""

import re

import httpx
import pytest


def files(server: str) -> list[str]:
    """Of the page: a large one, which comes in pieces, and whatever else it asks for at once."""
    return sorted(set(re.findall(r'(?:src|href)="\.?/?(assets/[^"]+)"', httpx.get(server).text)))


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_a_file_is_the_same_each_time_whoever_asks(server: str, encoding: str) -> None:
    assert files(server)
    for file in files(server):
        answers = [httpx.get(server + file, headers={"accept-encoding": encoding}) for _ in range(3)]
        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.content for answer in answers}) == 1
        assert answers[0].headers["content-encoding"] == "gzip" if encoding == "gzip" else True
        assert {answer.headers["cache-control"] for answer in answers} == {
            "public, max-age=31536000, immutable"
        }
        policies = [answer.headers.get_list("content-security-policy") for answer in answers]
        assert all(len(policy) == 1 for policy in policies)


def test_the_plain_file_and_the_compressed_one_hold_the_same(server: str) -> None:
    for file in files(server):
        plain, packed = (
            httpx.get(server + file, headers={"accept-encoding": encoding})
            for encoding in ("identity", "gzip")
        )
        assert plain.content == packed.content and "content-encoding" not in plain.headers


def test_part_of_a_file_and_a_file_that_is_not_there_are_asked_of_gradio(server: str) -> None:
    file = files(server)[0]
    part = httpx.get(server + file, headers={"range": "bytes=0-9", "accept-encoding": "identity"})
    assert part.status_code == 206 and len(part.content) == 10
    for _ in range(2):
        assert httpx.get(server + "assets/none.js").status_code == 404
    assert "immutable" not in httpx.get(server + "assets/none.js").headers.get("cache-control", "")
