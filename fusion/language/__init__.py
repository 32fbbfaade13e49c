"""The languages that a person reads in: English as the code writes it, and its translations."""

from fusion.language.catalogue import LANGUAGES, translations
from fusion.language.speaking import Sentence, language, later, named, say, speaking

__all__ = ["LANGUAGES", "Sentence", "language", "later", "named", "say", "speaking", "translations"]
