"""``python -m studio weights …``: the files of models."""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from studio.cli.words import language, said, sentence, word
from studio.problems import NotAllowed, Problem
from studio.settings import Settings

if TYPE_CHECKING:
    from studio.engines.card import ModelCard
    from studio.runtime.weight_states import SetState

_MANY = 8
"""Sets of one engine that are listed without being asked for all."""
_DRAW_SECONDS = 0.1


def add(commands: argparse._SubParsersAction) -> None:
    """Add the command."""
    actions = commands.add_parser("weights", help=word("weights")).add_subparsers(required=True)

    listing = actions.add_parser("list", help=word("weights_list"))
    listing.add_argument("names", nargs="*", metavar="NAME", help=word("names"))
    listing.add_argument("--all", action="store_true", help=word("all_sets"))
    listing.set_defaults(run=_list)

    getting = actions.add_parser("get", help=word("weights_get"))
    getting.add_argument("names", nargs="+", metavar="NAME", help=word("names"))
    getting.add_argument("--offline", action="store_true", help=word("offline"))
    getting.add_argument("--set", help=word("set"))
    getting.add_argument("--accept-licence", action="store_true", help=word("accept_licence"))
    getting.set_defaults(run=_get)

    for name, meaning, run in (
        ("verify", "weights_verify", _verify),
        ("remove", "weights_remove", _remove),
    ):
        action = actions.add_parser(name, help=word(meaning))
        action.add_argument("names", nargs="+", metavar="NAME", help=word("names"))
        action.add_argument("--set", help=word("set"))
        action.set_defaults(run=run)

    using = actions.add_parser("use", help=word("weights_use"))
    using.add_argument("name", metavar="NAME", help=word("name"))
    using.add_argument("set", metavar="SET", help=word("set"))
    using.add_argument("folder", metavar="FOLDER", type=Path, help=word("folder"))
    using.set_defaults(run=_use)


def _list(options: argparse.Namespace, settings: Settings) -> int:
    from studio.runtime.weights import WeightStore

    store = WeightStore(settings)
    for name in store.names():
        if options.names and name not in options.names and "all" not in options.names:
            continue
        states = sorted(store.sets(store.card(name)), key=lambda state: not state.present)
        shown = (
            states if options.all else [s for n, s in enumerate(states) if n < _MANY or s.present]
        )
        for state in shown:
            _show(name, state)
        if rest := len(states) - len(shown):
            print(f"{'':12} {word('more_sets', count=rest, engine=name)}")
    return 0


def _show(name: str, state: "SetState") -> None:
    from studio.runtime.sets import in_words

    size = "?" if state.bytes is None else in_words(state.bytes)
    standing = word("present") if state.present else word("missing")
    print(f"{name:12} {state.name:24} {size:>8}  {standing}  {state.licence}")
    if state.purpose:
        print(f"{'':12} {said(state.purpose)}")
    if state.folder:
        key = (
            "folder_differs" if state.differs else "folder_lacks" if state.lacking else "folder_is"
        )
        print(f"{'':12} {word(key, folder=str(state.folder), files=', '.join(state.lacking))}")
    if not state.present:
        print(f"{'':12} {said(state.how_to_get)}")


def _get(options: argparse.Namespace, settings: Settings) -> int:
    from studio.runtime.weights import WeightStore

    store = WeightStore(settings)
    status = 0
    for name in _names(options, settings):
        try:
            _require_licence(store.card(name), settings, accept=options.accept_licence)
            found = store.get(name, _progress(name), offline=options.offline, set_name=options.set)
        except Problem as problem:  # the others may still come
            print(sentence(problem), file=sys.stderr)
            status = 1
            continue
        for reason in () if options.offline else found.skipped:
            print(word("skipped", engine=name, reason=reason), file=sys.stderr)
        if found.folder is None:
            print(word("no_weights", engine=name))
        else:
            print(word("got", engine=name, set=found.set_name, folder=str(found.folder)))
    return status


def _require_licence(card: "ModelCard", settings: Settings, *, accept: bool) -> None:
    """Nothing is fetched before its licence is accepted; nothing is asked on a terminal.

    Raises:
        NotAllowed: ``licence_flag``, with what there is to accept.
    """
    if not card.licence.acceptance:
        return
    from studio.store.database import Database
    from studio.takes.acceptance import LicenceService

    database = Database(settings)
    database.start()
    try:
        licences = LicenceService(database)
        if accept:
            licences.accept("local", card.name, language())
        elif not licences.accepted(card.name):
            statement = licences.view(card.name, language()).statement
            raise NotAllowed("licence_flag", engine=card.title, statement=statement)
    finally:
        database.close()


def _progress(name: str) -> Callable[[int, int], None]:
    """Draws one line on a terminal, nothing elsewhere."""
    drawn = 0.0

    def told(done: int, total: int) -> None:
        nonlocal drawn
        over = done == total
        if not sys.stderr.isatty() or (time.monotonic() - drawn < _DRAW_SECONDS and not over):
            return
        drawn = time.monotonic()
        share = f"{100 * done // total:3d} %" if total else "    "
        end = "\n" if over else ""
        print(f"\r{name} {share} {done / 1e6:8.1f} MB", end=end, file=sys.stderr, flush=True)

    return told


def _verify(options: argparse.Namespace, settings: Settings) -> int:
    from studio.runtime.weights import WeightStore

    store = WeightStore(settings)
    status = 0
    for name in _names(options, settings):
        states = store.verify(name, set_name=options.set)
        if not states:
            print(word("nothing", engine=name))
        for state in states:
            verdict = {True: word("good"), None: word("unknown_hash"), False: word("differs")}
            status |= state.good is False
            good = verdict[state.good]
            print(f"{name:12} {state.set_name:16} {state.sha256[:16]}  {good}  {state.path}")
    return status


def _remove(options: argparse.Namespace, settings: Settings) -> int:
    from studio.runtime.sets import in_words
    from studio.runtime.weights import WeightStore

    store = WeightStore(settings)
    for name in _names(options, settings):
        freed = store.remove(name, options.set)
        words = word("removed", engine=name, size=in_words(freed)) if freed else ""
        print(words or word("nothing", engine=name))
    return 0


def _use(options: argparse.Namespace, settings: Settings) -> int:
    from studio.runtime.weights import WeightStore

    state = WeightStore(settings).use(options.name, options.set, options.folder)
    key = "folder_differs" if state.differs else "folder_is"
    print(f"{options.name}: {word(key, folder=str(state.folder), files='')}")
    return 0


def _names(options: argparse.Namespace, settings: Settings) -> list[str]:
    from studio.runtime.weights import WeightStore

    return WeightStore(settings).names() if "all" in options.names else options.names
