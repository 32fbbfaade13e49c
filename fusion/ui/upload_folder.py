"""Uploads lie in a folder of this process's own, so that what a killed one left is known and cleared away.

Imported before gradio, which asks the environment once.
"""

import os

from fusion.own.workspace import Workspace

if "GRADIO_TEMP_DIR" not in os.environ:
    _uploads = Workspace()
    os.environ["GRADIO_TEMP_DIR"] = str(_uploads.folder)
