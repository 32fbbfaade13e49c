"""The app as it is served, in a process that notes what must not happen.

Run as `python -m fusion.fuzz.server PORT FOLDER`. What it notes goes to the file `seen` in the folder, a line
each; the configuration of the page, lazy tabs and all, is in the file `page.json`.
"""

import json
import mimetypes
import sys
import threading
import time
from pathlib import Path

from fusion.fuzz.watch import Watch
from fusion.ui import build, launch

OFTEN_S = 0.02


def main(port: str, folder: str) -> None:
    """Serve until the process is ended."""
    home = Path(folder)
    mimetypes.init()
    watch = Watch([home])
    page = build()
    launch(page, server_name="127.0.0.1", server_port=int(port), prevent_thread_lock=True, quiet=True)
    while any(thread.name == "warm" for thread in threading.enumerate()):
        time.sleep(OFTEN_S)
    with (home / "seen").open("a", buffering=1) as file, watch:
        (home / "page.json").write_text(json.dumps(page.whole_config(), default=str))
        (home / "ready").touch()
        while True:
            time.sleep(OFTEN_S)
            file.writelines(f"{line}\n" for line in watch.taken())


if __name__ == "__main__":
    main(*sys.argv[1:])
