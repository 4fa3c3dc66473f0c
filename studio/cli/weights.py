"""``python -m studio weights …``: the files of models."""

import argparse
import sys
from collections.abc import Callable

from studio.cli.words import said, sentence, word
from studio.problems import Problem
from studio.settings import Settings


def add(commands: argparse._SubParsersAction) -> None:
    """Add the command."""
    actions = commands.add_parser("weights", help=word("weights")).add_subparsers(required=True)

    listing = actions.add_parser("list", help=word("weights_list"))
    listing.set_defaults(run=_weights_list)

    getting = actions.add_parser("get", help=word("weights_get"))
    getting.add_argument("names", nargs="+", metavar="NAME", help=word("names"))
    getting.add_argument("--offline", action="store_true", help=word("offline"))
    getting.add_argument("--set", help=word("set"))
    getting.set_defaults(run=_weights_get)

    for name, meaning, run in (
        ("verify", "weights_verify", _weights_verify),
        ("remove", "weights_remove", _weights_remove),
    ):
        action = actions.add_parser(name, help=word(meaning))
        action.add_argument("names", nargs="+", metavar="NAME", help=word("names"))
        action.set_defaults(run=run)


def _weights_list(_options: argparse.Namespace, settings: Settings) -> int:
    from studio.engines.registry import engine_class
    from studio.runtime.sets import in_words
    from studio.runtime.weights import WeightStore

    store = WeightStore(settings)
    for name in store.engines():
        for weights in store.sets(engine_class(name).card):
            size = "?" if weights.bytes is None else in_words(weights.bytes)
            state = word("present") if weights.present else word("missing")
            print(f"{name:12} {weights.name:16} {size:>8}  {state}  {weights.licence}")
            if not weights.present:
                print(f"{'':12} {said(weights.how_to_get)}")
    return 0


def _weights_get(options: argparse.Namespace, settings: Settings) -> int:
    from studio.runtime.weights import WeightStore

    store = WeightStore(settings)
    status = 0
    for name in _names(options, settings):
        try:
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


def _progress(name: str) -> Callable[[int, int], None]:
    """Draws one line on a terminal, nothing elsewhere."""

    def told(done: int, total: int) -> None:
        if sys.stderr.isatty():
            share = f"{100 * done // total:3d} %" if total else "    "
            end = "\n" if done == total else ""
            print(f"\r{name} {share} {done / 1e6:8.1f} MB", end=end, file=sys.stderr, flush=True)

    return told


def _weights_verify(options: argparse.Namespace, settings: Settings) -> int:
    from studio.runtime.weights import WeightStore

    store = WeightStore(settings)
    status = 0
    for name in _names(options, settings):
        states = store.verify(name)
        if not states:
            print(word("nothing", engine=name))
        for state in states:
            verdict = {True: word("good"), None: word("unknown_hash"), False: word("differs")}
            status |= state.good is False
            good = verdict[state.good]
            print(f"{name:12} {state.set_name:16} {state.sha256[:16]}  {good}  {state.path}")
    return status


def _weights_remove(options: argparse.Namespace, settings: Settings) -> int:
    from studio.runtime.sets import in_words
    from studio.runtime.weights import WeightStore

    store = WeightStore(settings)
    for name in _names(options, settings):
        freed = store.remove(name)
        words = word("removed", engine=name, size=in_words(freed)) if freed else ""
        print(words or word("nothing", engine=name))
    return 0


def _names(options: argparse.Namespace, settings: Settings) -> list[str]:
    from studio.runtime.weights import WeightStore

    return WeightStore(settings).engines() if "all" in options.names else options.names
