"""What all tests share: tokens made by hand, a cache folder of their own, no hub."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

# Read when the libraries are imported, so before anything else.
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TRANSFORMERS_OFFLINE"] = "1"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
# What is compared to a reference is compared in full precision; ACCELERATE_USE_CPU=0 tests on the GPU.
os.environ.setdefault("ACCELERATE_USE_CPU", "1")

import pytest
import torch
from PIL import Image, ImageDraw

from fusion.tokens import Tokens
from tests.few_drawings import few_drawings
from tests.material import forget, write_material
from tests.tiny_models import write_models

# Tensors here are tiny: threads only wait for each other, on a busy machine ten times as long as they work.
torch.set_num_threads(1)

MakeTokens = Callable[..., Tokens]


@pytest.fixture(scope="session", autouse=True)
def cache_of_their_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The person's cache is neither read nor written."""
    folder = tmp_path_factory.mktemp("fusion-cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FUSION_CACHE", str(folder))
        yield folder


@pytest.fixture(scope="session")
def make_tokens() -> MakeTokens:
    return tokens_of


def tokens_of(
    batch: int,
    n: int,
    width: int,
    grid: tuple[int, ...] | None = None,
    *,
    lengths: list[int] | None = None,
    texts: bool = False,
    seed: int = 0,
) -> Tokens:
    """Random tokens, the same for the same arguments.

    lengths: how many real tokens each sample has, from the left; 0 is a missing input. The padding holds
    numbers too, as the mask alone must decide what is read.
    """
    generator = torch.Generator().manual_seed(seed)
    lengths = [n] * batch if lengths is None else lengths
    words = tuple(tuple(f"w{i}" for i in range(length)) for length in lengths) if texts else None
    return Tokens(
        sequence=torch.randn(batch, n, width, generator=generator),
        pooled=torch.randn(batch, width, generator=generator),
        mask=torch.arange(n) < torch.tensor(lengths)[:, None],
        grid=grid,
        words=words,
    )


@pytest.fixture(scope="session")
def drawing() -> Image.Image:
    """A drawing of the test's own in the manner of easy-vqa: a red circle on a light ground."""
    picture = Image.new("RGB", (64, 64), (236, 240, 241))
    ImageDraw.Draw(picture).ellipse((20, 20, 44, 44), fill=(231, 10, 10))
    return picture


@pytest.fixture(scope="session")
def small_task() -> Iterator[str]:
    """A registered task of a few drawings, cut from easy-vqa."""
    yield few_drawings()


@pytest.fixture(scope="session")
def tiny_models_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of tiny models of every family, each under the name of its encoder."""
    folder = tmp_path_factory.mktemp("models")
    write_models(folder)
    return folder


@pytest.fixture
def tiny_models(tiny_models_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The encoders that a hub keeps are tiny models in FUSION_MODELS."""
    monkeypatch.setenv("FUSION_MODELS", str(tiny_models_folder))
    return tiny_models_folder


@pytest.fixture(scope="session")
def material_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache folder in which a stand-in for the fetched material lies."""
    folder = tmp_path_factory.mktemp("with-material")
    write_material(folder / "material")
    return folder


@contextmanager
def material_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The cache folder is `folder`: where the material lies, or would lie."""
    monkeypatch.setenv("FUSION_CACHE", str(folder))
    forget()
    yield folder / "material"
    forget()


@pytest.fixture
def material(material_files: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The material is fetched: its folder."""
    with material_in(material_files, monkeypatch) as folder:
        yield folder


@pytest.fixture
def pack_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Nothing is fetched; the folder where the material would lie."""
    with material_in(tmp_path, monkeypatch) as folder:
        yield folder


@pytest.fixture(params=["material", "pack_only"])
def with_and_without(request: pytest.FixtureRequest) -> bool:
    """Whether the material is fetched: both in turn."""
    request.getfixturevalue(request.param)
    return request.param == "material"
