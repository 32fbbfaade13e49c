"""What the models are given now: the spoiled picture, and the words that are left."""

from fusion.language import say
from fusion.robustness.changes import Change
from fusion.robustness.trying import Tried
from fusion.ui.parts import text
from fusion.ui.pictures import preview

Changes = tuple[Change, Change]  # of the picture, of the words


def nothing_yet(has_picture: bool = False, has_question: bool = False) -> str:
    """What stands there before there is a picture and a question, in HTML."""
    if has_picture:
        title = say("Pick an example, or give a question")
    elif has_question:
        title = say("Pick an example, or give a picture")
    else:
        title = say("Pick an example, or give a picture and a question")
    told = say(
        "Then spoil one of them: what the models are given, their answers and how often they are right "
        "appear here."
    )
    return f'<section class="panel empty"><h2>{title}</h2><p>{told}</p></section>'


def given_view(question: str, found: Tried, changes: Changes) -> str:
    """The picture and the words as they are given to the models, in HTML."""
    of_picture, of_text = (text(say(change.told)) for change in changes)
    if found.picture is None:
        picture = f'<div class="lab-nothing">{say("no picture")}</div>'
    else:
        alt = say("The picture, {told}", told=of_picture)
        picture = f'<img src="{preview(found.picture)}" alt="{alt}">'
    return f"""
<section class="panel lab-given" aria-labelledby="lab-given-title">
  <h2 id="lab-given-title">{say("What the models are given")}</h2>
  <div class="lab-both">
    <figure>{picture}<figcaption class="fine">{say("Picture {told}", told=of_picture)}</figcaption></figure>
    <div><ul class="lab-words" aria-label="{say("The words")}">{_words(question, found.text)}</ul>
      <p class="fine">{say("Words {told}", told=of_text)}</p></div>
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
    return "".join(f"<li>{text(word)}</li>" if here else _dropped(text(word)) for word, here in shown)


def _dropped(word: str) -> str:
    return f'<li><s aria-label="{say("dropped: {word}", word=word)}">{word}</s></li>'
