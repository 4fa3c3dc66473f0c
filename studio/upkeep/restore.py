"""A backup put back into an empty studio, whole or not at all: blobs first, then every row at once.

A backup may come from another database and another store than those it goes into.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from studio.problems import BadInput, Conflict
from studio.settings import Settings
from studio.store.blobs import Blobs
from studio.store.database import Database
from studio.store.migrations import HEAD
from studio.upkeep import rows
from studio.upkeep.backup import BLOB_LIST, FORMAT, MANIFEST, SECRET


@dataclass(frozen=True)
class Restored:
    """What was put back."""

    rows: int
    blobs: int


def restore(settings: Settings, database: Database, blobs: Blobs, folder: Path) -> Restored:
    """Put a backup back. No studio may run on the place meanwhile.

    Args:
        settings: where the secret key goes.
        database: without a row; its tables are made here.
        blobs: without a blob, but for those of this backup that an interrupted try put there.
        folder: the backup.

    Raises:
        BadInput: ``backup_unreadable``, ``backup_damaged``, ``backup_other_version``.
        Conflict: ``restore_not_empty``.
    """
    listed = _checked(folder)
    database.start()
    with database.read() as session:
        if not rows.is_empty(session):
            raise Conflict("restore_not_empty", place="STUDIO_DATABASE_URL")
    if any(one.name not in listed for one in blobs.names()):
        raise Conflict("restore_not_empty", place="STUDIO_BLOBS_URL")
    for name, sha256 in listed.items():
        data = (folder / "blobs" / name).read_bytes()
        if hashlib.sha256(data).hexdigest() != sha256:
            raise BadInput("backup_damaged", file=f"blobs/{name}")
        blobs.put(name, data)
    _restore_secret(settings, folder)

    def put_back(session: Session) -> int:
        if not rows.is_empty(session):  # somebody began meanwhile
            raise Conflict("restore_not_empty", place="STUDIO_DATABASE_URL")
        return sum(
            rows.load(session, table, folder / "rows" / f"{table.name}.jsonl.gz")
            for table in rows.kept_tables()
        )

    return Restored(database.write(put_back), len(listed))


def _restore_secret(settings: Settings, folder: Path) -> None:
    key = settings.data_dir / SECRET
    if (folder / SECRET).is_file() and not key.exists():
        key.parent.mkdir(parents=True, exist_ok=True)
        key.touch(0o600)
        key.write_bytes((folder / SECRET).read_bytes())


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
        known = manifest["format"] == FORMAT
        revision = str(manifest["schema"])
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise BadInput("backup_unreadable", folder=str(folder)) from problem
    if not known or revision != HEAD:
        raise BadInput("backup_other_version", revision=revision, own=HEAD)
    return manifest


def _checked(folder: Path) -> dict[str, str]:
    """Every blob's name and SHA-256, once all files are as they were written."""
    files = {name: about["sha256"] for name, about in _manifest(folder)["files"].items()}
    _compare(folder, files)
    lines = (folder / BLOB_LIST).read_text().splitlines()
    listed = {name: sha256 for name, _, sha256 in (line.split("\t") for line in lines)}
    _compare(folder, {f"blobs/{name}": sha256 for name, sha256 in listed.items()})
    return listed


def _compare(folder: Path, files: Mapping[str, str]) -> None:
    for name, sha256 in files.items():
        path = folder / name
        if not path.is_file() or rows.digest_of(path) != sha256:
            raise BadInput("backup_damaged", file=name)
