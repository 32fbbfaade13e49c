"""The top of the page: what this is, and the same in another language."""

from fusion.language import LANGUAGES, language, say
from fusion.language.catalogue import ENGLISH
from fusion.ui.parts import text


def header() -> str:
    """In HTML."""
    purpose = say("See how a picture and a text become one answer, with every fusion strategy side by side.")
    links = " ".join(
        f'<a href="./{"" if code == ENGLISH else code}" lang="{code}" hreflang="{code}">{text(name)}</a>'
        for code, name in LANGUAGES.items()
        if code != language()
    )
    return f"""
<header><div><h1>Fusion Lens</h1> <nav aria-label="{text(say("Language"))}">{links}</nav></div>
<p>{text(purpose)}</p></header>"""
