"""What stands in the page's head: its language before gradio reads the browser's, and scripts of our own."""

from gradio.routes import templates
from jinja2 import BaseLoader, ChoiceLoader, DictLoader

from fusion.paths import ASSETS
from fusion.ui.languages import script

PAGE = "frontend/index.html"


def head() -> str:
    """In HTML, for gradio to add once it has begun; each script in a scope of its own."""
    files = sorted((ASSETS / "head").glob("*.js"))
    scripts = (f"{{\n{file.read_text(encoding='utf-8')}}}" for file in files)
    return "".join(f"<script>{code}</script>" for code in scripts)


def speaks_from_the_start() -> None:
    """Put the script that sets the language before gradio's own, which asks for it as soon as it begins."""
    environment = templates.env
    theirs = environment.loader
    assert isinstance(theirs, BaseLoader)
    source, *_ = theirs.get_source(environment, PAGE)
    ours = f"<head>{{% raw %}}<script>{script()}</script>{{% endraw %}}"
    if ours not in source:
        assert source.count("<head>") == 1
        environment.loader = ChoiceLoader([DictLoader({PAGE: source.replace("<head>", ours)}), theirs])
