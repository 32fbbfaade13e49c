"""Composed pictures with questions whose answers are known: the material of the task `scenes`."""
