"""What the benchmark of one's own data is made of: rows, a watch on an encoder, a stand-in for one."""

import csv
from collections import Counter
from pathlib import Path

from PIL import Image

from fusion.bench_own import PAIR, STAND_IN, Stopwatch, _stand_in, write_rows
from fusion.encoders import ENCODERS, load_encoder


def test_rows_are_different_pictures_with_titles_and_labels(tmp_path: Path) -> None:
    write_rows(tmp_path, 60)
    with (tmp_path / "rows.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 60 == len({row["text"] for row in rows})
    assert len({(tmp_path / row["picture"]).read_bytes() for row in rows}) == 60
    assert len(Counter(row["label"] for row in rows)) > 4


def test_the_stand_in_gives_tokens_of_the_encoders_sizes() -> None:
    pictures = [Image.new("RGB", (64, 64), color) for color in ("red", "blue")]
    real, stand_in = load_encoder(PAIR[0]).encode(pictures), _stand_in().build().encode(pictures)
    assert stand_in.sequence.shape == real.sequence.shape
    assert stand_in.pooled.shape == real.pooled.shape
    assert (stand_in.grid, stand_in.mask.shape) == (real.grid, real.mask.shape)
    assert STAND_IN not in ENCODERS  # it is known in the benchmark's own processes alone


def test_a_watch_adds_up_and_changes_nothing() -> None:
    encoder = _stand_in().build()
    watch = Stopwatch(encoder)
    picture = Image.new("RGB", (64, 64), "red")
    found = [encoder.encode([picture]) for _ in range(2)]
    assert all(len(tokens) == 1 for tokens in found)
    assert watch.encoding_s > 0
