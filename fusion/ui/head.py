"""The page's head: its title, language and colours, and scripts that must run before gradio's own."""

from functools import cache

from fusion.paths import ASSETS
from fusion.ui.languages import script

TITLE = "Fusion Lens"


@cache
def head(code: str) -> str:
    """Of the page in this language, in HTML; each script in a scope of its own."""
    styles = "".join(f"<style>{sheet}</style>" for sheet in _read("css"))
    scripts = (script(code), *(f"{{\n{text}}}" for text in _read("js")))
    return f"<title>{TITLE}</title>{styles}" + "".join(f"<script>{code}</script>" for code in scripts)


def _read(kind: str) -> list[str]:
    return [file.read_text(encoding="utf-8") for file in sorted((ASSETS / "head").glob(f"*.{kind}"))]
