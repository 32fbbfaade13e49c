"""Build assets/pack: emoji renders, clip-art and textures, named by assets/vocabulary.csv."""

import csv
import io
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from itertools import chain, zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image

from fusion.colors import dominant_colors
from fusion.pack.candidates import Candidate, clipart_candidates, emoji_candidates, known_terms
from fusion.pack.fetch import debian_package, npm_package, python_package
from fusion.pack.read import BACKGROUNDS, FOLDER, OBJECTS
from fusion.paths import written_whole
from fusion.progress import Progress, silent

SIDE = 128
QUALITY = 70
PER_NAME = 6
MOST_PIXELS = 20_000_000
OPAQUE = 128  # alpha from which a pixel belongs to the object
CLEAR = 0.005  # share of the cropped picture that must be transparent
SAME = 4.0  # mean difference of 8x8 grey thumbnails below which two pictures of like shape are one
SAME_SHAPE = 0.1  # difference of their ratios of width to height
TEXTURES = ("grass", "gravel", "brick")  # scikit-image's data, CC0 by its own docstrings
TEXTURE_CROPS = {"a": (0, 0), "b": (256, 0), "c": (0, 256), "d": (256, 256)}


def build(progress: Progress = silent) -> Path:
    """Fetch the packages and write assets/pack anew; its folder. Raises UserError where a client fails."""
    with TemporaryDirectory() as temporary:
        root = Path(temporary)
        steps = [
            lambda: npm_package("@lobehub/fluent-emoji-3d", "1.1.0", _new(root / "renders")),
            lambda: npm_package("emoji-datasource", "16.0.0", _new(root / "emoji")),
            lambda: debian_package("openclipart-png", _new(root / "drawings")),
            lambda: debian_package("openclipart-svg", _new(root / "titles")),
            lambda: python_package("scikit-image", "0.26.0", _new(root / "textures")),
        ]
        folders = []
        for done, step in enumerate(steps):
            progress("packages", done, len(steps))
            folders.append(step())
        progress("packages", len(steps), len(steps))
        renders, emoji, drawings, titles, textures = folders
        terms = known_terms()
        candidates = [*emoji_candidates(renders, emoji, terms), *clipart_candidates(drawings, titles, terms)]
        write_objects(candidates, excluded(), FOLDER, progress)
        write_backgrounds(textures / "skimage" / "data", FOLDER)
    return FOLDER


def excluded() -> set[str]:
    """Files that a look at them ruled out."""
    with Path(__file__).with_name("exclude.csv").open(newline="", encoding="utf-8") as file:
        return {row["file"] for row in csv.DictReader(file)}


def cut_out(path: Path) -> Image.Image | None:
    """The object alone, RGBA, longest side SIDE; None if the picture is giant or has no clear background."""
    try:
        with (
            warnings.catch_warnings(action="error", category=Image.DecompressionBombWarning),
            Image.open(path) as opened,
        ):  # reads the size, not yet the pixels
            if opened.width * opened.height > MOST_PIXELS:
                return None
            image = opened.convert("RGBA")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):  # far beyond MOST_PIXELS
        return None
    box = image.getchannel("A").point(lambda alpha: 255 * (alpha >= OPAQUE // 4)).getbbox()
    if box is None:
        return None
    image = image.crop(box)
    image.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS, reducing_gap=3.0)
    opaque = (np.asarray(image)[..., 3] >= OPAQUE).mean()
    return image if 0.1 <= opaque <= 1 - CLEAR else None


class Distinct:
    """Tells pictures that are new from those that nearly repeat an earlier one."""

    def __init__(self) -> None:
        self._seen: list[tuple[float, np.ndarray]] = []

    def new(self, image: Image.Image) -> bool:
        """True the first time that a picture like this RGBA one comes."""
        ground = Image.new("RGBA", image.size, (128, 128, 128, 255))
        ground.alpha_composite(image)
        small = ground.convert("L").resize((8, 8), Image.Resampling.BOX)
        grey = np.asarray(small, dtype=np.float32)  # (8, 8)
        shape = image.width / image.height
        for other_shape, other in self._seen:
            if abs(shape / other_shape - 1) < SAME_SHAPE and np.abs(grey - other).mean() < SAME:
                return False
        self._seen.append((shape, grey))
        return True


def chosen(
    candidates: Iterable[Candidate], without: set[str], progress: Progress = silent
) -> Iterator[tuple[Candidate, Image.Image]]:
    """At most PER_NAME distinct pictures a name, renders and drawings in turns, best first in each."""
    names: dict[str, dict[str, list[Candidate]]] = {}
    for candidate in candidates:
        names.setdefault(candidate.name, {}).setdefault(candidate.domain, []).append(candidate)
    distinct = Distinct()
    for done, name in enumerate(sorted(names)):
        progress("names", done, len(names))
        ruled_out = Distinct()  # clip-art lies in several folders: what is out in one is out in the others
        rest: list[list[Candidate]] = []
        for domain in sorted(names[name], reverse=True):
            rest.append([candidate for candidate in names[name][domain] if candidate.file not in without])
            for candidate in names[name][domain]:
                if candidate.file in without and (image := cut_out(candidate.path)):
                    ruled_out.new(image)
        left = PER_NAME
        for candidate in filter(None, chain.from_iterable(zip_longest(*rest))):
            image = cut_out(candidate.path) if left else None
            if image and ruled_out.new(image) and distinct.new(image):
                left -= 1
                yield candidate, image
    progress("names", len(names), len(names))


def write_objects(
    candidates: Iterable[Candidate], without: set[str], folder: Path, progress: Progress = silent
) -> None:
    """Write objects.zip and objects.csv."""
    content, rows = {}, []
    for candidate, image in chosen(candidates, without, progress):
        content[candidate.file] = _webp(image)
        colors = ";".join(dominant_colors(image))
        rows.append((candidate.file, candidate.name, candidate.domain, colors, candidate.source))
    _write(folder, OBJECTS, content, ("file", "name", "domain", "colors", "source"), rows)


def write_backgrounds(data: Path, folder: Path) -> None:
    """Write backgrounds.zip and backgrounds.csv from scikit-image's folder of example pictures."""
    content, rows = {}, []
    for texture in TEXTURES:
        with Image.open(data / f"{texture}.png") as opened:
            image = opened.convert("RGB")
        for letter, (left, top) in TEXTURE_CROPS.items():
            file = f"{texture}-{letter}.webp"
            content[file] = _webp(image.crop((left, top, left + 256, top + 256)))
            rows.append((file, f"scikit-image data/{texture}.png"))
    _write(folder, BACKGROUNDS, content, ("file", "source"), rows)


def _webp(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=QUALITY, method=4)
    return buffer.getvalue()


def _write(
    folder: Path,
    name: str,
    content: dict[str, bytes],
    columns: tuple[str, ...],
    rows: Iterable[tuple[str, ...]],
) -> None:
    with (
        written_whole(folder / f"{name}.zip") as draft,
        zipfile.ZipFile(draft, "w", zipfile.ZIP_STORED) as archive,
    ):
        for file, data in content.items():
            archive.writestr(zipfile.ZipInfo(file), data)  # without a date: the same pack, the same bytes
    with (
        written_whole(folder / f"{name}.csv") as draft,
        draft.open("w", newline="", encoding="utf-8") as table,
    ):
        writer = csv.writer(table, lineterminator="\n")
        writer.writerows([columns, *rows])


def _new(folder: Path) -> Path:
    folder.mkdir()
    return folder
