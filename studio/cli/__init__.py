"""``python -m studio …``: the command line. A module adds its commands, one function runs each."""

import argparse
import sys
from collections.abc import Sequence

from studio.cli import (
    batch,
    board,
    engines,
    locales,
    provenance,
    render,
    study,
    upkeep,
    users,
    weights,
)
from studio.cli.reading import read_settings
from studio.cli.words import sentence, word
from studio.problems import Problem


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status: 0 done, 1 refused with the reason, 2 misused."""
    parser = argparse.ArgumentParser(prog="python -m studio", description=word("description"))
    commands = parser.add_subparsers(dest="command", required=True)
    modules = (weights, engines, provenance, board, study, batch, users, upkeep, locales, render)
    for add in (module.add for module in modules):
        add(commands)
    options = parser.parse_args(arguments)
    try:
        return options.run(options, read_settings())
    except Problem as problem:
        print(sentence(problem), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
