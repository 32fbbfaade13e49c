"""What a person gives: every kind of picture file and every kind of text."""

import re
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageFile

from fusion import inputs
from fusion.errors import UserError
from fusion.inputs import clean_picture, clean_text, content_key
from fusion.paths import ASSETS
from tests.pictures import BLUE, RED, SUFFIXES, WHITE, clean, halves, is_halves, near, png, refusal

pytestmark = pytest.mark.filterwarnings("error::PIL.Image.DecompressionBombWarning")


def turned(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


def test_no_picture() -> None:
    assert clean_picture(None) is None


@pytest.mark.parametrize("suffix", [*SUFFIXES, "mpo"])
def test_formats(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.{suffix}"
    halves().save(path)
    assert is_halves(clean(path)) and is_halves(clean(str(path.rename(tmp_path / "misnamed.txt"))))


@pytest.mark.parametrize("compression", ["tiff_lzw", "tiff_adobe_deflate", "jpeg"])
def test_tiff_compressions(tmp_path: Path, compression: str) -> None:
    halves().save(tmp_path / "a.tif", compression=compression)
    assert is_halves(clean(tmp_path / "a.tif"))


@pytest.mark.parametrize("suffix", ["gif", "webp", "png", "tif"])
def test_first_frame(tmp_path: Path, suffix: str) -> None:
    later = [Image.new("RGB", (32, 24), BLUE)]
    halves().save(tmp_path / f"a.{suffix}", save_all=True, append_images=later)
    assert is_halves(clean(tmp_path / f"a.{suffix}"))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "La", "P", "PA", "RGB", "RGBA", "RGBa", "RGBX"])
def test_modes_of_grey(mode: str) -> None:
    grey = Image.new("L", (16, 16), 255)
    grey.paste(0, (0, 0, 8, 16))
    given = grey.convert({"La": "LA", "PA": "P", "RGBa": "RGBA"}.get(mode, mode)).convert(mode)
    assert near(clean(given), (2, 2), (0, 0, 0), 0) and near(clean(given), (12, 2), WHITE, 0)


def test_modes_of_colour(tmp_path: Path) -> None:
    for mode in ("CMYK", "YCbCr", "HSV"):
        assert is_halves(clean(halves().convert(mode)))
    # Pillow cannot read the YCbCr TIFF that it writes without compression.
    options: dict[str, Any]
    for mode, suffix, options in (
        ("CMYK", "jpg", {"quality": 95}),
        ("CMYK", "tif", {}),
        ("YCbCr", "jpg", {"quality": 95}),
        ("YCbCr", "tif", {"compression": "tiff_lzw"}),
    ):
        halves().convert(mode).save(tmp_path / f"a.{suffix}", **options)
        assert is_halves(clean(tmp_path / f"a.{suffix}"))


def test_lab(tmp_path: Path) -> None:
    pytest.importorskip("PIL._imagingcms")
    Image.new("LAB", (16, 16), (138, 209, 198)).save(tmp_path / "a.tif")  # sRGB red: L 54 %, a 81, b 70
    assert near(clean(tmp_path / "a.tif"), (3, 3), RED)


def test_deep_values_are_scaled(tmp_path: Path) -> None:
    for kind, values, wanted in (
        (np.uint16, [0, 255], [0, 255]),
        (np.uint16, [0, 2048, 4095], [0, 128, 255]),
        (np.uint16, [0, 4096, 65535], [0, 16, 255]),
        (np.int32, [0, 32768, 65535], [0, 128, 255]),
        (np.int32, [-100, 0, 100], [0, 128, 255]),
        (np.int32, [-7], [0]),
        (np.int32, [-(2**31), 2**31 - 1], [0, 255]),
        (np.float32, [0, 0.5, 1], [0, 128, 255]),
        (np.float32, [0, 51, 102], [0, 51, 102]),
        (np.float32, [-1, 0, 1], [0, 128, 255]),
        (np.float32, [-3e38, 3e38], [0, 255]),
        (np.float32, [np.nan, -np.inf, 0.5, 1, np.inf], [128, 128, 128, 255, 255]),
        (np.float32, [np.nan], [0]),
    ):
        Image.fromarray(np.tile(np.array(values, kind), (8, 8))).save(tmp_path / "a.tif")
        assert np.asarray(clean(tmp_path / "a.tif"))[0, : len(wanted), 1].tolist() == wanted


def test_16_bit_files(tmp_path: Path) -> None:
    values = np.tile(np.linspace(0, 65535, 16).astype(np.uint16), (8, 1))
    Image.fromarray(values).save(tmp_path / "a.png")
    (tmp_path / "a.pgm").write_bytes(b"P5 16 8 65535\n" + values.astype(">u2").tobytes())
    Image.frombytes("I;16B", (16, 8), values.astype(">u2").tobytes()).save(tmp_path / "a.tif")
    for path in tmp_path.iterdir():
        assert np.abs(np.asarray(clean(path))[0, :, 0] - np.linspace(0, 255, 16)).max() <= 1


@pytest.mark.parametrize("suffix", ["png", "webp", "tif", "avif"])
def test_alpha_is_laid_on_white(tmp_path: Path, suffix: str) -> None:
    given = Image.new("RGBA", (32, 16), (0, 0, 0, 0))
    given.paste((0, 0, 0, 128), (16, 0, 32, 16))
    given.save(tmp_path / f"a.{suffix}", lossless=True)
    picture = clean(tmp_path / f"a.{suffix}")
    assert near(picture, (4, 8), WHITE, 2) and near(picture, (28, 8), (127, 127, 127), 2)


def test_transparent_black_leaves_no_fringe_when_shrunk() -> None:
    given = Image.new("RGBA", (2500, 2500), (0, 0, 0, 0))
    given.paste((255, 255, 255, 255), (1001, 1001, 2001, 2001))
    assert clean(given).getextrema() == ((255, 255),) * 3


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("suffix,transparency", [("png", 1), ("png", b"\xff\0"), ("gif", 1)])
def test_palette_with_transparency(tmp_path: Path, suffix: str, transparency: int | bytes) -> None:
    given = Image.new("P", (16, 16), 0)
    given.putpalette([255, 0, 0, 0, 0, 0])
    given.paste(1, (8, 0, 16, 16))
    given.save(tmp_path / f"a.{suffix}", transparency=transparency)
    picture = clean(tmp_path / f"a.{suffix}")
    assert near(picture, (2, 2), RED, 0) and near(picture, (12, 2), WHITE, 0)


def test_transparent_colour(tmp_path: Path) -> None:
    halves().save(tmp_path / "a.png", transparency=BLUE)
    assert near(clean(tmp_path / "a.png"), (4, 12), RED) and near(clean(tmp_path / "a.png"), (28, 12), WHITE)


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "tif", "avif"])
@pytest.mark.parametrize("orientation", range(10))  # 0 and 9 mean nothing
def test_orientation(tmp_path: Path, suffix: str, orientation: int) -> None:
    upright = Image.new("RGB", (48, 32), WHITE)
    upright.paste(RED, (0, 0, 24, 16))
    upright.paste(BLUE, (24, 0, 48, 16))
    t = Image.Transpose
    inverse = {6: t.ROTATE_90, 7: t.TRANSVERSE, 8: t.ROTATE_270}
    inverse |= {2: t.FLIP_LEFT_RIGHT, 3: t.ROTATE_180, 4: t.FLIP_TOP_BOTTOM, 5: t.TRANSPOSE}
    stored = upright.transpose(inverse[orientation]) if orientation in inverse else upright
    stored.save(tmp_path / f"a.{suffix}", exif=turned(orientation))
    picture = clean(tmp_path / f"a.{suffix}")
    assert picture.size == (48, 32) and near(picture, (8, 6), RED, 40) and near(picture, (40, 6), BLUE, 40)


def test_metadata_are_dropped_and_may_be_damaged(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    halves().save(path, quality=95, exif=b"Exif\0\0nonsense", comment="a secret", icc_profile=bytes(200))
    assert is_halves(clean(path)) and is_halves(clean(Image.open(path)))


def test_the_given_picture_stays_as_it_is(tmp_path: Path) -> None:
    halves().save(tmp_path / "a.png", exif=turned(6))
    with Image.open(tmp_path / "a.png") as given:
        assert clean(given).size == (24, 32)
        assert given.size == (32, 24) and given.getexif()[0x0112] == 6 and "exif" in given.info
    with Image.open(tmp_path / "a.png") as given:
        pass
    assert "damaged" in refusal(given)  # closed by now


@pytest.mark.parametrize("suffix,decoded", [("png", (4200, 1000)), ("jpg", (2100, 500))])
def test_large_picture_is_shrunk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str, decoded: tuple[int, int]
) -> None:
    turn, seen = inputs._turn, []
    monkeypatch.setattr(inputs, "_turn", lambda picture: seen.append(picture.size) or turn(picture))  # type: ignore[func-returns-value]
    halves(4200, 1000).save(tmp_path / f"a.{suffix}")
    picture = clean(tmp_path / f"a.{suffix}")
    assert picture.size == (2048, 488) and near(picture, (100, 100), RED) and near(picture, (1900, 400), BLUE)
    assert seen == [decoded]


@pytest.mark.parametrize("suffix", ["jpg", "png"])
def test_a_picture_in_little_is_as_truly_read(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"photo.{suffix}"
    with Image.open(ASSETS / "photos" / "coffee.jpg") as photo:
        photo.save(path)
    whole, little = clean_picture(path), clean_picture(path, 64)
    assert whole is not None and little is not None and max(little.size) == 64
    expected = np.asarray(whole.resize(little.size, Image.Resampling.BICUBIC), dtype=float)
    assert np.abs(np.asarray(little, dtype=float) - expected).mean() < 4
    path.write_bytes(path.read_bytes()[:-2000])
    with pytest.raises(UserError, match="damaged or incomplete"):
        clean_picture(path, 64)


def test_what_is_in_a_file_is_cleaned_as_the_file_is(tmp_path: Path) -> None:
    halves(300, 200).save(tmp_path / "a.png")
    data = (tmp_path / "a.png").read_bytes()
    read, opened = clean_picture(data), clean_picture(tmp_path / "a.png")
    assert read is not None and opened is not None and read.tobytes() == opened.tobytes()
    for broken in (b"", b"/etc/passwd", data[:60]):
        assert "The picture " in refusal(broken)


def test_settings_of_pillow_stay_and_threads_agree(tmp_path: Path) -> None:
    halves(300, 200).save(tmp_path / "a.png")
    (tmp_path / "b.png").write_bytes(png(10000, 10000))
    before = Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES, list(warnings.filters)
    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(lambda _: content_key(clean(tmp_path / "a.png")), range(20)))) == 1
        assert len(set(pool.map(lambda _: refusal(tmp_path / "b.png"), range(20)))) == 1
    assert before == (Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES, list(warnings.filters))


def test_clean_text() -> None:
    for given, wanted in (
        (None, ""),
        (" \n\t ", ""),
        ("\u200b\ufeff", ""),
        ("  What  is\nthis\t? ", "What is this ?"),
        ("a\u00a0b\u2003c\u2028d\x0be\x85f", "a b c d e f"),
        ("ﬁne ①２３ Ⅳ", "fine 123 IV"),
        ("cafe\u0301 cafe\u200d\u0301", "café café"),
        ("a\x00b\x1bc\x7fd", "abcd"),
        ("cat\u200b\u200c\u200d\u2060\u00ad", "cat"),
        ("\u202eevil\u202c \u2066x\u2069", "evil x"),
        ("a\ud800b\udfffc", "abc"),
        ("❤\ufe0f \u3164 \u115f\u034fx", "❤ x"),
        ("猫はどこ？", "猫はどこ?"),
        ("x" * 1000 + " \u200b" * 1000, "x" * 1000),
    ):
        assert clean_text(given) == wanted


def test_cleaning_twice_changes_nothing() -> None:
    for start in range(0, 0x110000, 32):
        once = clean_text(" ".join(map(chr, range(start, start + 32))))
        assert clean_text(once) == once == once.strip()
        once.encode()  # no surrogate is left


def test_long_text_is_refused_with_its_count() -> None:
    for text, count in (
        ("x" * 1001, "1,001"),
        ("ﷺ" * 60, "1,080"),
        ("\u0301\u0316" * 2_000_000, "4,000,000"),
    ):
        with pytest.raises(
            UserError, match=rf"^The text has {count} characters; shorten it to 1,000 or fewer.$"
        ):
            clean_text(text)


def test_content_key(tmp_path: Path) -> None:
    halves().save(tmp_path / "a.png")
    halves().save(tmp_path / "a.bmp")
    assert len({content_key(clean(source)) for source in (halves(), *tmp_path.iterdir())}) == 1
    pictures = halves(), Image.new("RGB", (16, 8)), Image.new("RGB", (8, 16)), Image.new("L", (48, 8))
    keys = {content_key(content) for content in (*pictures, "", "cat", "Cat", "\ud800")}
    assert len(keys) == 8 and all(re.fullmatch("[0-9a-f]{64}", key) for key in keys)
