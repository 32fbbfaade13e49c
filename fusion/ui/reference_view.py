"""The card of a reference model: what it is, and what to keep in mind beside the strategies."""

from fusion.language import say
from fusion.references import REFERENCES
from fusion.ui.parts import tag, text


def reference_card(name: str) -> str:
    """HTML; it has no formula and no accuracy, as nothing of it was fitted or measured here."""
    record = REFERENCES[name]
    weights = record.weights
    return f"""
<section class="panel strategy" aria-labelledby="strategy-title">
  <h2 id="strategy-title">{text(record.name)} {tag(say("reference"))}</h2>
  <p>{text(say(record.summary))}</p>
  <p>{text(say("It answers as its makers trained it; nothing of it was fitted here."))}
    {text(say(record.confidence))}</p>
  <p class="source" lang="en">{text(record.source)}</p>
  <p class="fine" lang="en">{text(weights.repository)}, {text(weights.size)}, {text(weights.licence)}</p>
</section>"""
