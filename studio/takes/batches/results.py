"""What came of a batch: its takes one after the other, and all of them as one archive."""

import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from studio.problems import Problem
from studio.store.database import Database
from studio.store.tables import Comparison
from studio.takes.archive_pipe import PIECE, ArchivePipe
from studio.takes.batches.service import BatchService
from studio.takes.exports import Exports, Format
from studio.takes.reports import reports_of
from studio.takes.rows import takes_of
from studio.takes.showing import comparison_view
from studio.takes.views import TakeView


@dataclass(frozen=True)
class Result:
    """One take of a batch: of several attempts the chosen one.

    Attributes:
        number: of its text, 1 for the first.
        text, language: what it says.
        title: of the text, where it has one.
        take: as it stands.
        file: its name in the archive.
    """

    number: int
    text: str
    language: str
    take: TakeView
    file: str
    title: str = ""


class BatchResults:
    """Reads batches from end to end, a few hundred takes in memory at once.

    Args:
        batches: knows what belongs to them.
        database: where takes are.
        exports: makes files of them.
    """

    def __init__(self, batches: BatchService, database: Database, exports: Exports) -> None:
        self._batches = batches
        self._database = database
        self._exports = exports

    def each(self, owner: str, batch_id: str, file_format: Format = "wav") -> Iterator[Result]:
        """All takes of a batch in the order of its texts and engines.

        Raises:
            NotFound: ``unknown_batch``.
        """
        number = 0
        for ids in self._batches.comparisons(owner, batch_id):
            with self._database.read() as session:
                takes = takes_of(session, ids)
                reports = reports_of(session, [take for some in takes.values() for take in some])
                rows = [session.get_one(Comparison, identity) for identity in ids]
            for row in rows:
                number += 1
                view = comparison_view(row, takes[row.id], reports, None, lambda _: 0.0)
                for take in view.takes:
                    name = f"{number:05d}-{take.position + 1}-{take.engine}.{file_format}"
                    file = name if take.state == "done" else ""
                    yield Result(number, row.text, row.language, take, file, row.title)

    def archive(
        self,
        owner: str,
        batch_id: str,
        file_format: Format,
        table: Callable[[list[Result]], bytes],
    ) -> Iterator[bytes]:
        """A ZIP of every take that is done, made while it is read, and a table of all as its end.

        Args:
            owner: whose batch it is.
            batch_id: which.
            file_format: of the takes; cloned voices carry the watermark as in any export.
            table: makes the table's bytes of results; those whose file could not be made have none.

        Raises:
            NotFound: ``unknown_batch``.
        """
        self._batches.one(owner, batch_id)
        return self._pieces(owner, batch_id, file_format, table)

    def _pieces(
        self,
        owner: str,
        batch_id: str,
        file_format: Format,
        table: Callable[[list[Result]], bytes],
    ) -> Iterator[bytes]:
        pipe = ArchivePipe()
        listed: list[bytes] = []
        with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED) as archive:  # audio is dense already
            for result in self.each(owner, batch_id, file_format):
                kept = self._put(archive, owner, result, file_format)
                listed.append(table([kept]))
                if pipe.size >= PIECE:
                    yield pipe.taken()
            archive.writestr("results.csv", table([]) + b"".join(listed))
        yield pipe.taken()

    def _put(
        self, archive: zipfile.ZipFile, owner: str, result: Result, file_format: Format
    ) -> Result:
        if result.file:
            try:
                data = self._exports.export(owner, result.take.id, file_format).data
            except Problem:  # its audio is gone, or cannot be marked now: the table shows no file
                return replace(result, file="")
            archive.writestr(result.file, data)
        return result
