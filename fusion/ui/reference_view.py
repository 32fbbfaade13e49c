"""The card of a reference model: what it is, and what to keep in mind beside the strategies."""

from fusion.references import REFERENCES
from fusion.ui.parts import tag, text


def reference_card(name: str) -> str:
    """HTML; it has no formula and no accuracy, as nothing of it was fitted or measured here."""
    record = REFERENCES[name]
    weights = record.weights
    return f"""
<section class="panel strategy" aria-labelledby="strategy-title">
  <h2 id="strategy-title">{text(record.name)} {tag("reference")}</h2>
  <p>{text(record.summary)}</p>
  <p>It answers as its makers trained it; nothing of it was fitted here. {text(record.confidence)}</p>
  <p class="source">{text(record.source)}</p>
  <p class="fine">{text(weights.repository)}, {text(weights.size)}, {text(weights.licence)}</p>
</section>"""
