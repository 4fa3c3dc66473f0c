"""``python -m studio batch …``: many texts ordered at once, and what came of them."""

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.cli.words import language, word
from studio.problems import BadInput
from studio.settings import Settings

if TYPE_CHECKING:
    from studio.takes.batches.views import BatchView
    from studio.wiring import Studio

_LOOK_SECONDS = 1.0


def add(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("batch", help=word("batch"))
    actions = parser.add_subparsers(dest="action", required=True)
    order = _action(actions, "batch_order", _order)
    order.add_argument("file", type=Path, metavar="FILE", help=word("batch_file"))
    order.add_argument(
        "--engine", action="append", required=True, metavar="NAME", help=word("batch_engines")
    )
    order.add_argument("--language", required=True, metavar="CODE", help=word("batch_language"))
    order.add_argument("--voice", metavar="ID", help=word("batch_voice"))
    order.add_argument("--instruction", default="", help=word("batch_instruction"))
    order.add_argument("--name", default="", help=word("batch_name"))
    order.add_argument("--retries", type=int, metavar="N", help=word("batch_retries"))
    order.add_argument("--wait", action="store_true", help=word("batch_wait"))
    _action(actions, "batch_list", _list)
    for key, work in (
        ("batch_show", _show),
        ("batch_pause", _pause),
        ("batch_resume", _resume),
        ("batch_cancel", _cancel),
    ):
        _action(actions, key, work).add_argument("batch", metavar="ID", help=word("batch_id"))
    results = _action(actions, "batch_results", _results)
    results.add_argument("batch", metavar="ID", help=word("batch_id"))
    results.add_argument("file", type=Path, nargs="?", metavar="FILE", help=word("batch_to"))
    results.add_argument(
        "--format", choices=("wav", "flac", "mp3"), default="wav", help=word("batch_format")
    )


def _action(
    actions: Any, key: str, work: "Callable[[argparse.Namespace, Studio], int]"
) -> argparse.ArgumentParser:
    """An action named like the end of the key that describes it."""
    name = key.removeprefix("batch_")
    parser: argparse.ArgumentParser = actions.add_parser(name, help=word(key))
    parser.add_argument("--owner", default="local", metavar="ID", help=word("batch_owner"))
    parser.set_defaults(run=lambda options, settings: _with_studio(work, options, settings))
    return parser


def _with_studio(
    work: "Callable[[argparse.Namespace, Studio], int]",
    options: argparse.Namespace,
    settings: Settings,
) -> int:
    """Beside whatever studio runs: rows are ordered and read here, and rendered there."""
    from studio.wiring import build

    studio = build(settings)
    studio.database.start()
    try:
        return work(options, studio)
    finally:
        studio.close()


def _order(options: argparse.Namespace, studio: "Studio") -> int:
    from studio.takes.batches.order import BatchOrder
    from studio.takes.order import EngineOrder

    try:
        content = options.file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as problem:
        raise BadInput("file_unreadable", file=str(options.file)) from problem
    table = options.file.suffix.lower() == ".csv"
    texts = [] if table else [line for line in content.splitlines() if line.strip()]
    order = BatchOrder(
        name=options.name,
        texts=texts,
        csv=content if table else "",
        language=options.language,
        voice=options.voice,
        instruction=options.instruction,
        engines=[EngineOrder(engine=name) for name in options.engine],
        retries=options.retries,
    )
    made = studio.batches.create(options.owner, order)
    _print(made)
    if not options.wait:
        return 0
    studio.takes.start()
    while (view := studio.batches.one(options.owner, made.id)).left:
        time.sleep(_LOOK_SECONDS)
        _print(view)
    _print(view)
    return 0 if view.failed == 0 else 1


def _list(options: argparse.Namespace, studio: "Studio") -> int:
    views = studio.batches.latest(options.owner)
    for view in views:
        _print(view)
    if not views:
        print(word("batch_none"))
    return 0


def _show(options: argparse.Namespace, studio: "Studio") -> int:
    _print(studio.batches.one(options.owner, options.batch))
    return 0


def _pause(options: argparse.Namespace, studio: "Studio") -> int:
    _print(studio.batches.pause(options.owner, options.batch))
    return 0


def _resume(options: argparse.Namespace, studio: "Studio") -> int:
    _print(studio.batches.resume(options.owner, options.batch))
    return 0


def _cancel(options: argparse.Namespace, studio: "Studio") -> int:
    _print(studio.batches.cancel(options.owner, options.batch))
    return 0


def _results(options: argparse.Namespace, studio: "Studio") -> int:
    from studio.takes.batches import table
    from studio.takes.batches.results import Result

    def lines(results: list[Result]) -> bytes:
        return table.lines(results, language()) if results else table.header()

    pieces = studio.batch_results.archive(options.owner, options.batch, options.format, lines)
    file = options.file or Path(f"batch-{options.batch}.zip")
    try:
        with file.open("wb") as archive:
            for piece in pieces:
                archive.write(piece)
    except OSError as problem:
        raise BadInput("file_unwritable", file=str(file)) from problem
    print(word("batch_written", file=str(file)))
    return 0


def _print(view: "BatchView") -> None:
    print(
        word(
            "batch_line",
            id=view.id,
            state=view.state,
            name=view.name,
            total=view.total,
            done=view.done,
            failed=view.failed,
            left=view.left,
        ),
        flush=True,
    )
    if view.takes_per_minute is not None and view.remaining_seconds is not None:
        rate, seconds = view.takes_per_minute, view.remaining_seconds
        print(word("batch_rate", rate=rate, seconds=seconds), flush=True)
