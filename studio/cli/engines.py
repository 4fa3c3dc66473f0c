"""``python -m studio engines …``: the engines, where they stand, and their own environments."""

import argparse
import contextlib
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from studio import locales
from studio.cli.words import language, said, sentence, word
from studio.problems import BadInput, Problem
from studio.runtime.pip_output import Step
from studio.settings import Settings


def add(commands: argparse._SubParsersAction) -> None:
    """Add the command."""
    engines = commands.add_parser("engines", help=word("engines"), description=word("engines_help"))
    engines.set_defaults(run=_list)
    actions = engines.add_subparsers()
    actions.add_parser("list", help=word("engines_list")).set_defaults(run=_list)
    for name, meaning, run in (
        ("install", "engines_install", _install),
        ("remove", "engines_remove", _remove),
    ):
        action = actions.add_parser(name, help=word(meaning), description=word("engines_help"))
        action.add_argument("names", nargs="+", metavar="NAME")
        action.add_argument("--cuda", action="store_true", default=None, help=word("engines_cuda"))
        action.set_defaults(run=run)
    matrix = actions.add_parser("matrix", help=word("matrix"))
    matrix.add_argument("--write", metavar="FILE", type=Path, help=word("matrix_write"))
    matrix.set_defaults(run=_matrix)


def _list(_options: argparse.Namespace, settings: Settings) -> int:
    from studio.runtime.environments import Environments
    from studio.runtime.runtime import Runtime
    from studio.runtime.weights import WeightStore

    runtime = Runtime(settings, WeightStore(settings), Environments(settings))
    try:
        for state in runtime.states():
            detail = "" if state.detail is None else said(state.detail)
            standing = detail or locales.text(language(), f"state.{state.state}")
            presets = f"{len(state.presets)}" if state.presets else "-"
            print(f"{state.name:12} {presets:>4}  {state.model_revision:24}  {standing}")
    finally:
        runtime.close()
    return 0


def _install(options: argparse.Namespace, settings: Settings) -> int:
    from studio.runtime.environments import Environments

    environments = Environments(settings)
    status = 0
    with _interruptible() as stopped:
        for name in options.names:
            if stopped.is_set():
                break
            try:
                told = _progress(name)
                done = environments.install(name, told, stopped, cuda=options.cuda)
            except Problem as problem:  # the others may still come
                print(sentence(problem), file=sys.stderr)
                status = 1
                continue
            print(word("environment_ready" if done else "environment_stopped", engine=name))
    return 130 if stopped.is_set() else status


@contextlib.contextmanager
def _interruptible() -> Iterator[threading.Event]:
    """An event that Ctrl-C sets, so that pip is ended in order."""
    stopped = threading.Event()
    before = signal.signal(signal.SIGINT, lambda *_: stopped.set())
    try:
        yield stopped
    finally:
        signal.signal(signal.SIGINT, before)


def _progress(name: str) -> Callable[[Step], None]:
    """Draws the step that is going on on a terminal; elsewhere each step once."""
    last = ""

    def told(step: Step) -> None:
        nonlocal last
        words = said(step.note)
        if not sys.stderr.isatty():
            if words != last:
                print(f"{name}: {words}", file=sys.stderr, flush=True)
        else:
            share = "" if step.share is None else f"{100 * step.share:3.0f} % "
            print(f"\r\033[K{name}: {share}{words}", end="", file=sys.stderr, flush=True)
            if step.note.code == "environment.checking":
                print(file=sys.stderr)
        last = words

    return told


def _remove(options: argparse.Namespace, settings: Settings) -> int:
    from studio.runtime.environments import Environments
    from studio.runtime.sets import in_words

    environments = Environments(settings)
    for name in options.names:
        freed = environments.remove(name, cuda=options.cuda)
        words = word("environment_removed", engine=name, size=in_words(freed)) if freed else ""
        print(words or word("nothing", engine=name))
    return 0


def _matrix(options: argparse.Namespace, _settings: Settings) -> int:
    from studio.engines.matrix import markdown, replaced
    from studio.engines.registry import built_in

    table = markdown([kind.card for kind in built_in()])
    if options.write is None:
        print(table, end="")
        return 0
    try:
        document = replaced(options.write.read_text(encoding="utf-8"), table)
    except ValueError as problem:
        raise BadInput("no_markers", file=str(options.write)) from problem
    options.write.write_text(document, encoding="utf-8")
    print(word("matrix_written", file=str(options.write)))
    return 0
