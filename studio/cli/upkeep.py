"""``python -m studio backup|restore|check|forget``: what a studio needs now and then."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from studio.cli.words import word
from studio.settings import Settings
from studio.store.blobs import Blobs
from studio.store.database import Database


def add(commands: Any) -> None:
    """Add the commands."""
    backup = commands.add_parser("backup", help=word("backup"), description=word("backup_about"))
    backup.add_argument("folder", metavar="FOLDER", type=Path, help=word("backup_folder"))
    backup.set_defaults(run=_backup)

    put_back = commands.add_parser(
        "restore", help=word("restore"), description=word("restore_about")
    )
    put_back.add_argument("folder", metavar="FOLDER", type=Path, help=word("restore_folder"))
    put_back.set_defaults(run=_restore)

    check = commands.add_parser("check", help=word("check"), description=word("check_about"))
    check.add_argument("--deep", action="store_true", help=word("check_deep"))
    check.add_argument("--delete-orphans", action="store_true", help=word("check_delete"))
    check.set_defaults(run=_check)

    forget = commands.add_parser("forget", help=word("forget"), description=word("forget_about"))
    forget.add_argument("name", metavar="NAME", help=word("forget_name"))
    forget.add_argument("--yes", action="store_true", help=word("forget_yes"))
    forget.set_defaults(run=_forget)


@contextmanager
def _stores(settings: Settings, *, start: bool = True) -> Iterator[tuple[Database, Blobs]]:
    database = Database(settings)
    try:
        if start:
            database.start()
        yield database, Blobs(settings.resolved_blobs_url)
    finally:
        database.close()


def _backup(options: argparse.Namespace, settings: Settings) -> int:
    from studio.upkeep.backup import back_up

    with _stores(settings) as (database, blobs):
        done = back_up(settings, database, blobs, options.folder)
    print(word("backed_up", rows=done.rows, blobs=done.blobs, megabytes=done.bytes / 1e6))
    if done.gone:
        print(word("backed_up_gone", count=done.gone), file=sys.stderr)
    return 0


def _restore(options: argparse.Namespace, settings: Settings) -> int:
    from studio.upkeep.restore import restore

    with _stores(settings, start=False) as (database, blobs):
        done = restore(settings, database, blobs, options.folder)
    print(word("restored", rows=done.rows, blobs=done.blobs))
    return 0


def _check(options: argparse.Namespace, settings: Settings) -> int:
    from studio.upkeep.checking import check, delete_orphans

    with _stores(settings) as (database, blobs):
        found = []
        for fault in check(database, blobs, deep=options.deep):
            print(f"{fault.kind:9} {fault.what}  {fault.where}")
            found.append(fault)
        if options.delete_orphans:
            print(word("check_deleted", count=delete_orphans(database, blobs, found)))
            found = [fault for fault in found if fault.kind != "orphan"]
    print(word("check_faults", count=len(found)) if found else word("check_fine"))
    return 1 if found else 0


def _forget(options: argparse.Namespace, settings: Settings) -> int:
    from studio.wiring import build

    studio = build(settings)
    studio.database.start()
    try:
        owner = studio.forgetting.owner(options.name)
        if not options.yes and not _confirmed(options.name):
            print(word("forget_not"), file=sys.stderr)
            return 1
        done = studio.forgetting.forget(owner)
    finally:
        studio.close()
    print(word("forgot", name=options.name, voices=done.voices, studies=done.studies))
    return 0


def _confirmed(name: str) -> bool:
    if not sys.stdin.isatty():
        return False
    return input(word("forget_sure", name=name)).strip() == name
