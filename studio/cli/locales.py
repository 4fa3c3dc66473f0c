"""``python -m studio locales template|check TAG``: make a further language, see what it lacks."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from studio.cli.words import word
from studio.locales import languages
from studio.locales.folders import OWN, TAG, NotATranslation, further
from studio.locales.translating import Standing, read, standing, template
from studio.problems import BadInput, Conflict
from studio.settings import Settings

_SHOWN = 20


def add(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("locales", help=word("locales"), description=word("locales_about"))
    actions = parser.add_subparsers(dest="action", required=True)
    made = actions.add_parser("template", help=word("locales_template"))
    made.set_defaults(run=_template)
    looked = actions.add_parser("check", help=word("locales_check"))
    looked.set_defaults(run=_check)
    for action in (made, looked):
        action.add_argument("tag", metavar="TAG", help=word("locales_tag"))
        action.add_argument("--file", type=Path, metavar="FILE", help=word("locales_file"))


def _template(options: argparse.Namespace, _settings: Settings) -> int:
    file = _file(options)
    if (OWN / options.tag).is_dir():
        raise Conflict("locale_has_folder", tag=options.tag)
    whole = template(options.tag, _texts(file))
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(whole, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    except OSError as problem:
        raise BadInput("locale_file_unwritable", file=str(file), reason=str(problem)) from problem
    print(word("locales_written", file=str(file)))
    return 0


def _check(options: argparse.Namespace, _settings: Settings) -> int:
    file = _file(options)
    if not file.exists():
        raise BadInput("locale_file_missing", file=str(file), tag=options.tag)
    found = standing(_texts(file))
    done = found.keys - len(found.missing) - len(found.same)
    print(word("locales_done", done=done, keys=found.keys))
    for name, some in _lists(found):
        if some:
            print(word(name, count=len(some)))
            for key in some[:_SHOWN]:
                print(f"  {key}")
            if len(some) > _SHOWN:
                print(word("locales_more", count=len(some) - _SHOWN))
    if options.tag not in languages() and options.file is None:
        print(word("locales_left_out"), file=sys.stderr)
    return 0 if found.whole else 1


def _lists(found: Standing) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return (
        ("locales_wrong", found.wrong),
        ("locales_unknown", found.unknown),
        ("locales_missing", found.missing),
        ("locales_same", found.same),
    )


def _file(options: argparse.Namespace) -> Path:
    if not TAG.fullmatch(options.tag):
        raise BadInput("locale_tag", tag=options.tag)
    return options.file or (further() or OWN) / f"{options.tag}.json"


def _texts(file: Path) -> dict[str, str]:
    try:
        return read(file)
    except NotATranslation as fault:
        raise BadInput("locale_file_broken", file=str(file), reason=str(fault)) from fault
