"""Fractions and changes as a person reads them."""

from fusion.percentage import percent, points, signed


def test_numbers_are_never_rounded_to_all_or_nothing() -> None:
    shown = [percent(share, 1) for share in (0, 0.0001, 0.5, 0.9999, 1)]
    assert shown == ["0.0 %", "<0.1 %", "50.0 %", ">99.9 %", "100.0 %"]
    whole = [percent(share) for share in (0, 0.004, 0.123, 0.996, 1)]
    assert whole == ["0 %", "<1 %", "12 %", ">99 %", "100 %"]


def test_a_change_has_its_sign_unless_it_rounds_to_nothing() -> None:
    assert [points(change) for change in (0.471, -0.05, 0.001, -0.001, 0, 1)] == [
        "+47", "−5", "0", "0", "0", "+100",
    ]  # fmt: skip
    assert [points(change, 1, "±0") for change in (0.471, -0.0005, 0.0004, -0.0004)] == [
        "+47.1", "−0.1", "±0", "±0",
    ]  # fmt: skip


def test_a_minus_is_a_true_one() -> None:
    assert [signed(number, 2) for number in (0.5, -12.345, 0)] == ["+0.50", "−12.35", "+0.00"]
