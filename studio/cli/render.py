"""``python -m studio render TAKE --ticket TICKET``: what a job elsewhere runs."""

import argparse
import sys
from typing import Any

from studio.cli.words import sentence, word
from studio.problems import Conflict
from studio.settings import Settings


def add(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("render", help=word("render"))
    parser.add_argument("take", metavar="TAKE", help=word("render_take"))
    parser.add_argument("--ticket", required=True, help=word("render_ticket"))
    parser.set_defaults(run=_render)


def _render(options: argparse.Namespace, settings: Settings) -> int:
    from studio.logs import configure
    from studio.wiring import build

    configure(settings.log_format, details=settings.log_details)  # where strangers collect it
    # Nothing is started: whoever gave the ticket schedules, migrates and measures.
    studio = build(settings.model_copy(update={"runtime": "process"}))
    try:
        done = studio.takes.by_ticket.render(options.take, options.ticket)
    except Conflict as problem:
        if problem.code != "ticket_void":
            raise
        print(sentence(problem), file=sys.stderr)
        return 0  # nobody waits for it: a failure would be told for nothing
    finally:
        studio.close()
    print(word("render_done" if done else "render_failed", take=options.take))
    return 0
