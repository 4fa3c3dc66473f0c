"""The takes of a comparison as one ZIP: files, what is known of each, a table of figures."""

import hashlib
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from studio.locales import Note
from studio.problems import Problem
from studio.store.database import Database
from studio.takes.archive_pipe import PIECE, ArchivePipe
from studio.takes.exports import Exports, Format
from studio.takes.looking import Looking
from studio.takes.provenance import Document
from studio.takes.rows import takes_of
from studio.takes.views import ComparisonView, TakeView

_NAME_CHARACTERS = 60


@dataclass(frozen=True)
class Packed:
    """A take of the archive.

    Attributes:
        take: as it stands.
        options: the engine's own settings that made it.
        file: its name in the archive; empty: it is not in it.
        sha256: of the file's bytes, in hexadecimal.
        size: bytes.
        about: what the file says of itself (`studio.takes.provenance`).
        problem: why there is no file.
    """

    take: TakeView
    options: Mapping[str, Any] = field(default_factory=dict)
    file: str = ""
    sha256: str = ""
    size: int = 0
    about: Document | None = None
    problem: Note | None = None


Texts = Callable[[ComparisonView, Sequence[Packed]], Mapping[str, bytes]]
"""Makes the archive's other files of what was packed: bytes by name."""


class Archive:
    """Packs comparisons, one take in memory at once.

    Args:
        looking: shows comparisons.
        database: where the takes' settings are.
        exports: makes files of takes; cloned voices carry the watermark as in any export.
    """

    def __init__(self, looking: Looking, database: Database, exports: Exports) -> None:
        self._looking = looking
        self._database = database
        self._exports = exports

    def pack(
        self, owner: str, comparison_id: str, file_format: Format, texts: Texts
    ) -> tuple[ComparisonView, Iterator[bytes]]:
        """A comparison and its archive, which is made while it is read.

        Args:
            owner: whose comparison it is.
            comparison_id: which.
            file_format: of the takes.
            texts: makes the manifest and the table.

        Raises:
            NotFound: ``unknown_comparison``.
        """
        whole = self._looking.comparison(owner, comparison_id)
        with self._database.read() as session:
            rows = takes_of(session, [comparison_id])[comparison_id]
        options = {row.id: row.request.get("options") or {} for row in rows}
        return whole, self._pieces(owner, whole, options, file_format, texts)

    def _pieces(
        self,
        owner: str,
        whole: ComparisonView,
        options: Mapping[str, Mapping[str, Any]],
        file_format: Format,
        texts: Texts,
    ) -> Iterator[bytes]:
        pipe = ArchivePipe()
        packed = []
        with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED) as archive:  # audio is dense already
            for take in whole.takes:
                kept = self._put(archive, owner, take, options.get(take.id, {}), file_format)
                packed.append(kept)
                if pipe.size >= PIECE:
                    yield pipe.taken()
            for name, data in texts(whole, packed).items():
                archive.writestr(name, data, zipfile.ZIP_DEFLATED)
        yield pipe.taken()

    def _put(
        self,
        archive: zipfile.ZipFile,
        owner: str,
        take: TakeView,
        options: Mapping[str, Any],
        file_format: Format,
    ) -> Packed:
        if take.state != "done":
            return Packed(take, options, problem=take.error)
        try:
            made = self._exports.export(owner, take.id, file_format)
        except Problem as reason:  # its audio is gone, or cannot be marked now
            return Packed(take, options, problem=Note(f"error.{reason.code}", reason.params))
        name = f"{file_name(take)}.{file_format}"
        archive.writestr(name, made.data)
        digest = hashlib.sha256(made.data).hexdigest()
        return Packed(take, options, name, digest, len(made.data), made.provenance)


def file_name(take: TakeView) -> str:
    """A take's name in an archive, without extension; the number keeps names apart."""
    words = take.marks.name or f"{take.engine} {take.preset}"
    plain = "".join(c if c.isalnum() else " " for c in words[:_NAME_CHARACTERS])
    return "-".join([f"{take.position + 1:02d}", *plain.split()])
