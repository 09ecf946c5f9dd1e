"""The floor: bare Flask that returns a constant, on the server set-up of MoNo. `python -m tests.bench.floor PORT`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from flask import Flask

from mono_web.config import Settings
from mono_web.server import serve


def main() -> None:
    """Answer until the process is told to end."""
    app = Flask("floor")
    app.add_url_rule("/login", "constant", lambda: "constant")
    with tempfile.TemporaryDirectory() as folder:
        serve(app, Settings(instance=Path(folder), port=int(sys.argv[1])), lambda _address: None)


if __name__ == "__main__":
    main()
