"""What stands in the page's head: its language, and scripts that must run before gradio's own."""

from fusion.paths import ASSETS
from fusion.ui.languages import script


def head() -> str:
    """In HTML; each script in a scope of its own."""
    files = sorted((ASSETS / "head").glob("*.js"))
    scripts = (f"{{\n{file.read_text(encoding='utf-8')}}}" for file in files)
    return "".join(f"<script>{code}</script>" for code in (script(), *scripts))
