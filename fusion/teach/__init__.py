"""Teach: classes from a few examples each, without training, and then with a little.

A cache model over frozen features (`cache_model`), a head that is fine-tuned on top of it (`head`), and what
a person teaches with both (`taught`).
"""

from fusion.teach.file import load
from fusion.teach.given import MAX_EXAMPLES, Shot
from fusion.teach.taught import Taught
from fusion.teach.teaching import teach

__all__ = ["MAX_EXAMPLES", "Shot", "Taught", "load", "teach"]
