"""A backup: every row of one moment and every blob these rows name, in a folder, with a manifest.

The manifest is written last; a folder without one is no backup. The rows come first and the blobs
after: a blob that was deleted in between is told, and none is missed that was there.
"""

import contextlib
import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.problems import BadInput, Unavailable
from studio.settings import Settings
from studio.store.base import now
from studio.store.blobs import Blobs
from studio.store.database import Database
from studio.store.migrations import HEAD
from studio.upkeep import rows
from studio.upkeep.named_blobs import namings

MANIFEST = "manifest.json"
BLOB_LIST = "blobs.tsv"
SECRET = "secret.key"  # noqa: S105 (a file's name)
FORMAT = 1


@dataclass(frozen=True)
class BackedUp:
    """What a backup holds."""

    rows: int
    blobs: int
    bytes: int
    """Of the blobs."""
    gone: int
    """Blobs that rows named and the store no longer had."""


def back_up(settings: Settings, database: Database, blobs: Blobs, folder: Path) -> BackedUp:
    """Write a backup; the studio may run meanwhile.

    Args:
        settings: where the studio's secret key is.
        database: its rows.
        blobs: its audio.
        folder: does not exist yet, or is empty.

    Raises:
        BadInput: ``backup_folder_in_use``.
    """
    if folder.exists() and any(folder.iterdir()):
        raise BadInput("backup_folder_in_use", folder=str(folder))
    (folder / "rows").mkdir(parents=True)
    folder.chmod(0o700)  # everybody's recordings
    files: dict[str, dict[str, Any]] = {}
    counted = 0
    with rows.moment(database) as connection:
        for table in rows.kept_tables():
            name = f"rows/{table.name}.jsonl.gz"
            count, sha256 = rows.dump(connection, table, folder / name)
            files[name] = {"rows": count, "sha256": sha256}
            counted += count
        wanted = sorted({naming.blob for naming in namings(connection)})
    copied, size, gone = _copy_blobs(blobs, wanted, folder)
    files[BLOB_LIST] = {"sha256": rows.digest_of(folder / BLOB_LIST)}
    key = settings.data_dir / SECRET
    if key.is_file():
        (folder / SECRET).touch(0o600)
        (folder / SECRET).write_bytes(key.read_bytes())
        files[SECRET] = {"sha256": rows.digest_of(folder / SECRET)}
    manifest = {
        "format": FORMAT,
        "made_at": now().isoformat(),
        "schema": HEAD,
        "rows": counted,
        "blobs": copied,
        "bytes": size,
        "gone": gone,
        "files": files,
    }
    beside = folder / f"{MANIFEST}.partial"
    beside.write_text(json.dumps(manifest, indent=1) + "\n")
    _flush_all(folder)
    beside.rename(folder / MANIFEST)
    return BackedUp(counted, copied, size, len(gone))


def read(blobs: Blobs, name: str) -> bytes | None:
    """A blob; ``None`` where the store has none of that name, or it is no name at all.

    Raises:
        Unavailable: the store cannot be used.
    """
    try:
        return blobs.get(name)
    except ValueError:
        return None
    except Unavailable as problem:
        if problem.code != "blob_missing":
            raise
        return None


def _copy_blobs(blobs: Blobs, wanted: list[str], folder: Path) -> tuple[int, int, list[str]]:
    copied, size, gone = 0, 0, []
    with (folder / BLOB_LIST).open("w") as listed:
        for name in wanted:
            data = read(blobs, name)
            if data is None:
                gone.append(name)
                continue
            target = folder / "blobs" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
            listed.write(f"{name}\t{len(data)}\t{hashlib.sha256(data).hexdigest()}\n")
            copied, size = copied + 1, size + len(data)
    return copied, size, gone


def _flush_all(folder: Path) -> None:
    """On disk before the manifest says so."""
    for path in (*folder.rglob("*"), folder):
        with contextlib.suppress(PermissionError):  # folders, on systems that cannot
            handle = os.open(path, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
