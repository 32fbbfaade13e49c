"""What a server must keep to under many visitors, and in one sentence each what it did not."""

from collections.abc import Iterator, Mapping
from typing import Any

SLOWER = 10.0  # times as long as for one visitor alone that a toggle may take, at the 95th percentile
GROWN = 1.10  # times the memory of half time that there may be at the end


def broken(figures: Mapping[str, Any]) -> Iterator[str]:
    """Each bound that is not kept. figures: what `load` gives; a ratio that is no number keeps to nothing."""
    if figures["failed_count"]:
        yield f"{figures['failed_count']:,} of what visitors did failed."
    if figures["foreign_data_count"]:
        yield f"{figures['foreign_data_count']:,} answers held data of another visitor."
    if not (slower := figures["toggle_p95_over_idle_ratio"]) <= SLOWER:
        yield f"Toggles took {slower:.1f} times as long as for one visitor alone, over {SLOWER:g} times."
    if not (grown := figures["memory_end_over_middle_ratio"]) <= GROWN:
        yield f"Memory at the end was {grown:.2f} times that of half time, over {GROWN:.2f} times."
    if figures["files_left_count"]:
        yield f"{figures['files_left_count']:,} files of visitors were left."
