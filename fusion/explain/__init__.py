"""Explanations: what an answer rested on."""
