"""Values for the components of the page, and uploads."""

from pathlib import Path
from random import Random
from typing import Any

from fusion.fuzz.pictures import written
from fusion.fuzz.words import absurd_name, place_or_address, text


def junk(random: Random, depth: int = 0) -> Any:
    """A value of any type that JSON has, and of any size."""
    way = random.randrange(13 if depth < 3 else 8)
    if way == 0:
        return None
    if way == 1:
        return random.choice((True, False))
    if way == 2:
        return random.choice((0, -1, 10**9, 10**30, 2**63, 0.5, 1e308, -1e-308))
    if way in (3, 4):
        return text(random, 3000)
    if way in (5, 6):
        return place_or_address(random)
    if way == 7:
        return random.choice(("", " ", "x" * 200_000, "1", "true", "[]", "{}"))
    if way in (8, 9):
        return file_data(random, None)
    if way == 10:
        return [junk(random, depth + 1) for _ in range(random.choice((0, 1, 5, 500 if depth == 0 else 2)))]
    if way == 11:
        deep: Any = 0
        for _ in range(random.choice((10, 300))):
            deep = [deep] if random.random() < 0.5 else {"a": deep}
        return deep
    return {text(random, 20): junk(random, depth + 1) for _ in range(3)}


def file_data(random: Random, folder: Path | None) -> dict[str, Any]:
    """In the shape of an uploaded file, whose path and address are a stranger's choice."""
    outside = [str(folder / "secret.png"), f"{folder}/uploads/../secret.png"] if folder else []
    told: dict[str, Any] = {
        "path": random.choice((place_or_address(random), place_or_address(random), *outside, None, 5, [])),
        "meta": random.choice(
            ({"_type": "gradio.FileData"}, {"_type": "gradio.FileData"}, {"_type": "x"}, None)
        ),
    }
    if random.random() < 0.5:
        told["url"] = random.choice((place_or_address(random), *outside, None, 5))
    if random.random() < 0.3:
        told["orig_name"] = random.choice((absurd_name(random), None, 5))
    if random.random() < 0.2:
        told |= {"size": -1, "mime_type": "text/x-python", "is_stream": True}
    return told


def given(path: str) -> dict[str, Any]:
    """An uploaded file as the page sends it."""
    return {"path": path, "meta": {"_type": "gradio.FileData"}}


def component_value(random: Random, component: dict[str, Any], folder: Path, uploaded: str) -> Any:
    """What such a component sends, of the right type. uploaded: the path of a picture on the server."""
    kind, props = component["type"], component["props"]
    if kind in ("image", "file"):
        way = random.randrange(5)
        one: Any = None if way == 0 else file_data(random, folder) if way == 1 else given(uploaded)
        return [one, one] if props.get("file_count") == "multiple" and one and random.random() < 0.7 else one
    if kind in ("dropdown", "radio", "checkboxgroup"):
        choices = [choice[1] for choice in props.get("choices") or [["", ""]]] or [""]
        one = random.choice((random.choice(choices), random.choice(choices), text(random, 50)))
        return [one] if kind == "checkboxgroup" or props.get("multiselect") else one
    if kind in ("slider", "number"):
        return random.choice((props.get("minimum", 0), props.get("maximum", 1), 1e9, -1, 0.5))
    if kind == "checkbox":
        return random.choice((True, False))
    if kind == "state":
        return random.choice((None, None, text(random, 20), {"picture": "/etc/passwd"}))
    if kind == "textbox":
        return random.choice((text(random, 3000), "What is this?", "cat, dog", "", ""))
    return random.choice((None, text(random, 100), {"value": 0}))


def uploads(random: Random) -> tuple[bytes, dict[str, str]]:
    """The body of an upload and its headers: names that lead out, parts that do not end."""
    _, data = written(random)
    mark = random.choice(("mark", "m" * 60, "mark"))
    name = random.choice(
        (absurd_name(random), "../../out.png", "/etc/passwd", "a.png", "a.png", "", "..", "a/b/c.svg")
    )
    name = name.replace("\r", "").replace("\n", "").replace('"', "")
    field = random.choice(("files", "files", "files", "x", ""))
    part = f'--{mark}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
    kind = random.choice(
        ("Content-Type: image/png\r\n", "", "Content-Type: \0\r\n", "X: " + "y" * 9000 + "\r\n")
    )
    end = random.choice((f"\r\n--{mark}--\r\n", f"\r\n--{mark}--\r\n", "", f"\r\n--{mark}\r\n"))
    body = (part + kind + "\r\n").encode("utf-8", "surrogatepass") + data + end.encode()
    body *= random.choice((1, 1, 1, 3))
    told = random.choice(
        (f"multipart/form-data; boundary={mark}",) * 4 + ("multipart/form-data", "text/plain", "")
    )
    return body, {"content-type": told}
