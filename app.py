"""Fusion Lens in the browser: builds the interface and launches it."""

from fusion.ui import build, launch

demo = build()

if __name__ == "__main__":
    launch(demo)
