"""``python -m studio …``: the command line. One function adds a command, one function runs it."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence

from studio import locales
from studio.problems import Problem
from studio.settings import Settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status: 0 done, 1 refused with the reason, 2 misused."""
    parser = argparse.ArgumentParser(prog="python -m studio", description=_("description"))
    commands = parser.add_subparsers(dest="command", required=True)
    for add in (_add_weights, _add_engines):
        add(commands)
    options = parser.parse_args(arguments)
    try:
        return options.run(options, Settings())
    except Problem as problem:
        print(sentence(problem), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def sentence(problem: Problem) -> str:
    """A refusal in the terminal's language."""
    return locales.text(_language(), f"error.{problem.code}", **problem.params)


def _language() -> str:
    tag = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return locales.negotiate(tag.partition(".")[0].replace("_", "-"))


def _(key: str, **params: str | float) -> str:
    return locales.text(_language(), f"cli.{key}", **params)


# weights


def _add_weights(commands: argparse._SubParsersAction) -> None:
    actions = commands.add_parser("weights", help=_("weights")).add_subparsers(required=True)

    listing = actions.add_parser("list", help=_("weights_list"))
    listing.set_defaults(run=_weights_list)

    getting = actions.add_parser("get", help=_("weights_get"))
    getting.add_argument("names", nargs="+", metavar="NAME", help=_("names"))
    getting.add_argument("--offline", action="store_true", help=_("offline"))
    getting.add_argument("--set", help=_("set"))
    getting.set_defaults(run=_weights_get)

    for name, meaning, run in (
        ("verify", "weights_verify", _weights_verify),
        ("remove", "weights_remove", _weights_remove),
    ):
        action = actions.add_parser(name, help=_(meaning))
        action.add_argument("names", nargs="+", metavar="NAME", help=_("names"))
        action.set_defaults(run=run)


def _weights_list(_options: argparse.Namespace, settings: Settings) -> int:
    from studio.engines.registry import engine_class
    from studio.runtime.sets import in_words
    from studio.runtime.weights import WeightStore

    store = WeightStore(settings)
    for name in store.engines():
        for weights in store.sets(engine_class(name).card):
            size = "?" if weights.bytes is None else in_words(weights.bytes)
            state = _("present") if weights.present else _("missing")
            print(f"{name:12} {weights.name:16} {size:>8}  {state}  {weights.licence}")
            if not weights.present:
                print(f"{'':12} {locales.say(_language(), weights.how_to_get)}")
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
            print(_("skipped", engine=name, reason=reason), file=sys.stderr)
        if found.folder is None:
            print(_("no_weights", engine=name))
        else:
            print(_("got", engine=name, set=found.set_name, folder=str(found.folder)))
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
            print(_("nothing", engine=name))
        for state in states:
            word = {True: _("good"), None: _("unknown_hash"), False: _("differs")}[state.good]
            status |= state.good is False
            print(f"{name:12} {state.set_name:16} {state.sha256[:16]}  {word}  {state.path}")
    return status


def _weights_remove(options: argparse.Namespace, settings: Settings) -> int:
    from studio.runtime.sets import in_words
    from studio.runtime.weights import WeightStore

    store = WeightStore(settings)
    for name in _names(options, settings):
        freed = store.remove(name)
        words = _("removed", engine=name, size=in_words(freed)) if freed else ""
        print(words or _("nothing", engine=name))
    return 0


def _names(options: argparse.Namespace, settings: Settings) -> list[str]:
    from studio.runtime.weights import WeightStore

    return WeightStore(settings).engines() if "all" in options.names else options.names


# engines


def _add_engines(commands: argparse._SubParsersAction) -> None:
    commands.add_parser("engines", help=_("engines")).set_defaults(run=_engines)


def _engines(_options: argparse.Namespace, settings: Settings) -> int:
    from studio.runtime.runtime import Runtime
    from studio.runtime.weights import WeightStore

    runtime = Runtime(settings, WeightStore(settings))
    try:
        for state in runtime.states():
            detail = "" if state.detail is None else locales.say(_language(), state.detail)
            word = detail or locales.text(_language(), f"state.{state.state}")
            presets = f"{len(state.presets)}" if state.presets else "-"
            print(f"{state.name:12} {presets:>4}  {state.model_revision:24}  {word}")
    finally:
        runtime.close()
    return 0
