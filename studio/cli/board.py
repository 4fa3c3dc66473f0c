"""``python -m studio board FILE``: a leaderboard in JSON from a CSV file of preferences."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.cli.words import word
from studio.problems import BadInput
from studio.settings import Settings

if TYPE_CHECKING:
    from studio.statistics import Board
    from studio.statistics.pairwise_csv import Read

_MODELS = ("davidson", "bradley-terry")
_DRAWS = 1000
_SEED = 1970
_FEWEST, _MOST = 2, 100_000
_UNTOLD = {"rater": "board_no_rater", "item": "board_no_item"}


def add(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("board", help=word("board"), description=word("board_columns"))
    parser.add_argument("file", metavar="FILE", help=word("board_file"))
    parser.add_argument("--model", choices=_MODELS, default=_MODELS[0], help=word("board_model"))
    parser.add_argument("--draws", type=int, default=_DRAWS, help=word("board_draws"))
    parser.add_argument("--seed", type=int, default=_SEED, help=word("board_seed"))
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace, _settings: Settings) -> int:
    from studio.statistics import board
    from studio.statistics.pairwise_csv import CsvFault, read_csv

    if not _FEWEST <= options.draws <= _MOST:
        raise BadInput("votes_draws", low=_FEWEST, high=_MOST)
    if options.seed < 0:
        raise BadInput("votes_seed")
    try:
        read = read_csv(_bytes(options.file))
    except CsvFault as fault:
        raise BadInput(fault.code, **fault.params) from fault
    found = board(read.votes, options.model, options.draws, options.seed)
    for remark in _remarks(read, found):
        print(remark, file=sys.stderr)
    print(json.dumps(_plain(read, found), ensure_ascii=False))
    return 0


def _bytes(file: str) -> bytes:
    """The file; ``-`` is the standard input."""
    if file == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as problem:
        raise BadInput("file_unreadable", file=file) from problem


def _plain(read: "Read", found: "Board") -> dict[str, Any]:
    """Ratings and ends of the 95 % intervals in points, ranks within a component."""
    return {
        "votes": found.votes,
        "conditions": [
            {
                "condition": one.condition,
                "rating": one.rating,
                "low": one.low,
                "high": one.high,
                "rank": one.rank,
                "votes": one.votes,
            }
            for one in found.standings
        ],
        "components": [list(one.conditions) for one in found.components],
        "ties": int((read.votes.outcome == 0).sum()),
    }


def _remarks(read: "Read", found: "Board") -> list[str]:
    """What whoever reads the board should know, for the standard error."""
    remarks = [word(_UNTOLD[column]) for column in read.missing if found.votes]
    if read.blank_winners:
        remarks.append(word("board_blank_winners", count=read.blank_winners))
    if len(found.components) > 1:
        remarks.append(word("board_components", count=len(found.components)))
    if not found.converged:
        remarks.append(word("board_not_converged"))
    return remarks
