"""``python -m studio study verify BUNDLE``, ``study export ID``: results others can check."""

import argparse
import json
from pathlib import Path
from typing import Any

from studio.cli.words import said, word
from studio.problems import BadInput
from studio.settings import Settings

_OWNER = "local"


def add(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("study", help=word("study"))
    actions = parser.add_subparsers(dest="action", required=True)
    verify = actions.add_parser("verify", help=word("study_verify"))
    verify.add_argument("bundle", type=Path, metavar="BUNDLE", help=word("study_bundle"))
    verify.add_argument("--json", action="store_true", help=word("study_json"))
    verify.set_defaults(run=_verify)
    export = actions.add_parser("export", help=word("study_export"))
    export.add_argument("study", metavar="ID", help=word("study_id"))
    export.add_argument("file", type=Path, nargs="?", metavar="FILE", help=word("study_file"))
    export.set_defaults(run=_export)


def _verify(options: argparse.Namespace, _settings: Settings) -> int:
    from studio.studies.results.bundle import BundleFault
    from studio.studies.results.verification import verify

    try:
        found = verify(options.bundle.read_bytes())
    except OSError as problem:
        raise BadInput("file_unreadable", file=str(options.bundle)) from problem
    except BundleFault as problem:
        raise BadInput("bundle_unreadable", file=str(options.bundle)) from problem
    if options.json:
        plain = {
            "sound": found.sound,
            "sealed": found.sealed,
            "answers": found.answers,
            "head_sha256": found.head_sha256,
            "faults": [said(one) for one in found.faults],
            "headline": said(found.headline) if found.headline else None,
            "board": found.board,
        }
        print(json.dumps(plain, ensure_ascii=False))
        return 0 if found.sound else 1
    for fault in found.faults:
        print(said(fault))
    if found.sound:
        name = "study_sound" if found.sealed else "study_sound_unsealed"
        print(word(name, answers=found.answers, head=found.head_sha256))
    if found.headline:
        print(said(found.headline))
    return 0 if found.sound else 1


def _export(options: argparse.Namespace, settings: Settings) -> int:
    from studio.store.database import Database
    from studio.studies.results.service import ResultService

    database = Database(settings)
    database.start()
    results = ResultService(settings, database)
    try:
        content = results.bundle(_OWNER, options.study)
    finally:
        results.close()
        database.close()
    file = options.file or Path(f"study-{options.study}.zip")
    try:
        file.write_bytes(content)
    except OSError as problem:
        raise BadInput("file_unwritable", file=str(file)) from problem
    print(word("study_written", file=str(file)))
    return 0
