"""What is uploaded is bounded in bytes, by address and for all, until it is deleted."""

from fusion.ui.serve.uploads import WITHIN_S, Uploads


def test_an_address_and_all_have_so_many_bytes_and_get_them_back() -> None:
    now = 0.0
    uploads = Uploads(each=100, everybody=150, clock=lambda: now)
    assert uploads.room("a") == 100
    uploads.add("a", 90)
    assert (uploads.room("a"), uploads.room("b")) == (10, 60)
    now = WITHIN_S / 2
    uploads.add("b", 60)
    assert (uploads.room("a"), uploads.room("b"), uploads.room("c")) == (0, 0, 0)
    now = WITHIN_S + 1
    assert (uploads.room("a"), uploads.room("b")) == (90, 40)
