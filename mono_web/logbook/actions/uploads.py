"""Files a person has sent for an import and not yet decided on: kept on the machine, for a day at most.

They lie in a folder of the person's own, readable by nobody else; no database row speaks of them.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

from mono_web.core import clock

HOURS = 24


@dataclass(frozen=True)
class Upload:
    """A kept file and the name it came with."""

    id: UUID
    path: Path
    filename: str

    def read(self) -> bytes:
        """What was sent; nothing once it was taken."""
        return self.path.read_bytes()

    def spend(self) -> None:
        """It was taken: the content goes, the name stays until the day is over."""
        self.path.write_bytes(b"")


def keep_upload(folder: Path, person_id: int, filename: str, data: bytes) -> Upload:
    """Keep a file for this person, and throw away what is older than a day, whoever sent it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)  # it may be older than this rule
    _sweep(folder)
    own = folder / str(person_id)
    own.mkdir(mode=0o700, exist_ok=True)
    upload_id = uuid4()
    path = own / f"{upload_id}.csv"
    _write(path, data)
    _write(path.with_suffix(".json"), json.dumps({"filename": filename}).encode())
    return Upload(upload_id, path, filename)


def upload_of(folder: Path, person_id: int, upload_id: UUID) -> Upload | None:
    """A kept file of this person; None for everybody else's and for what is gone."""
    path = folder / str(person_id) / f"{upload_id}.csv"
    try:
        named = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    except OSError:
        return None
    return Upload(upload_id, path, str(named["filename"])) if path.is_file() else None


def _write(path: Path, data: bytes) -> None:
    made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(made, "wb") as file:
        file.write(data)


def _sweep(folder: Path) -> None:
    oldest = clock.now().timestamp() - HOURS * 3600
    for path in folder.glob("*/*"):
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
