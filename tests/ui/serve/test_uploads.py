"""What is uploaded is bounded in bytes, by address and for all, until it is deleted."""

from fusion.ui.serve.uploads import WITHIN_S, Uploads


def test_an_address_and_all_have_so_many_bytes_and_get_them_back() -> None:
    now = 0.0
    uploads = Uploads(each=100, everybody=150, clock=lambda: now)
    assert uploads.begun("a", 90)
    assert not uploads.begun("a", 11), "what is under way counts"
    now = WITHIN_S / 2
    assert not uploads.begun("b", 61)
    second = uploads.begun("b", 60)
    assert second and not uploads.begun("c", 1)
    second.size = 20  # no more came
    assert uploads.begun("c", 40)
    now = WITHIN_S + 1
    assert not uploads.begun("a", 101)
    assert uploads.begun("a", 90)
