"""What the models are given now: the spoiled picture, and the words that are left."""

from fusion.robustness.changes import Change
from fusion.robustness.trying import Tried
from fusion.ui.parts import text
from fusion.ui.pictures import preview

Changes = tuple[Change, Change]  # of the picture, of the words


def nothing_yet(has_picture: bool = False, has_question: bool = False) -> str:
    """What stands there before there is a picture and a question, in HTML."""
    wanted = [what for what, there in (("a picture", has_picture), ("a question", has_question)) if not there]
    return (
        f'<section class="panel empty"><h2>Pick an example, or give {" and ".join(wanted)}</h2>'
        "<p>Then spoil one of them: what the models are given, their answers and how often they are right "
        "appear here.</p></section>"
    )


def given_view(question: str, found: Tried, changes: Changes) -> str:
    """The picture and the words as they are given to the models, in HTML."""
    of_picture, of_text = (change.told for change in changes)
    if found.picture is None:
        picture = '<div class="lab-nothing">no picture</div>'
    else:
        picture = f'<img src="{preview(found.picture)}" alt="The picture, {text(of_picture)}">'
    return f"""
<section class="panel lab-given" aria-labelledby="lab-given-title">
  <h2 id="lab-given-title">What the models are given</h2>
  <div class="lab-both">
    <figure>{picture}<figcaption class="fine">Picture {text(of_picture)}</figcaption></figure>
    <div><ul class="lab-words" aria-label="The words">{_words(question, found.text)}</ul>
      <p class="fine">Words {text(of_text)}</p></div>
  </div>
</section>"""


def _words(before: str, after: str) -> str:
    """Each word that is left; those that were dropped are struck out where the others keep their order."""
    old, new = before.split(), after.split()
    left = iter(new)
    waited = next(left, None)
    marked = []
    for word in old:
        here = word == waited
        marked.append((word, here))
        waited = next(left, None) if here else waited
    shown = marked if waited is None else [(word, True) for word in new]
    return "".join(
        f"<li>{text(word)}</li>"
        if here
        else f'<li><s aria-label="dropped: {text(word)}">{text(word)}</s></li>'
        for word, here in shown
    )
