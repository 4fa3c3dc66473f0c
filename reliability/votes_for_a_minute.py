"""200 raters vote at once for a minute against the whole studio, its pages included.

Each votes, reads the answer, votes again. Goal: every acknowledged vote is present exactly once,
and nobody is refused or meets an error.
"""

import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from benchmarks._studio import ROOT, running_studio
from benchmarks._vote_load import load
from benchmarks.votes import count, prepare
from reliability._figures import none

RATERS = 200
SECONDS = 60.0
_MOST_EACH = 1000


def run(raters: int = RATERS, seconds: float = SECONDS) -> dict[str, dict]:
    """Vote for a minute; then hold the database against the answers."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        orders = Path(folder) / "orders.json"
        result = Path(folder) / "answers.json"
        orders.write_text(json.dumps(prepare(data, raters, _MOST_EACH)))
        settings = {"STUDIO_DATA_DIR": str(data), "STUDIO_VOTES_PER_MINUTE": "1000000"}
        with running_studio(**settings) as studio:
            port = studio.address.rpartition(":")[2]
            command = [
                sys.executable,
                "-m",
                "reliability.votes_for_a_minute",
                port,
                str(orders),
                str(result),
                str(seconds),
            ]
            subprocess.run(command, cwd=ROOT, check=True)
        took, answers = json.loads(result.read_text())
        counted = count(data)
    statuses = Counter(answer["status"] for answer in answers)
    acknowledged = [answer["token"] for answer in answers if answer["status"] == 200]
    milliseconds = sorted(answer["seconds"] * 1000 for answer in answers)
    lost = len(set(acknowledged) - set(counted))
    twice = sum(n - 1 for n in counted.values()) + len(acknowledged) - len(set(acknowledged))
    errors = len(answers) - statuses[200]
    return {
        "votes a second": {"value": len(acknowledged) / took, "unit": f"/s over {took:.0f} s"},
        "votes acknowledged": {"value": len(acknowledged), "unit": ""},
        "answer, median": {"value": statistics.median(milliseconds), "unit": "ms"},
        "answer, 99 %": {"value": milliseconds[int(0.99 * len(milliseconds))], "unit": "ms"},
        "answered otherwise": none(errors),
        "acknowledged and lost": none(lost),
        "counted twice": none(twice),
    }


async def _for(port: int, raters: list, seconds: float) -> tuple[float, list]:
    """All raters until the time is over; a vote under way then is given up by the rater."""
    answers: list = []
    voting = asyncio.create_task(load(port, raters, answers))
    await asyncio.wait([voting], timeout=seconds)
    if not voting.done():
        voting.cancel()
    return seconds, list(answers)


def main() -> None:
    """The raters, in a process of their own."""
    port, orders, result, seconds = sys.argv[1:]
    raters = json.loads(Path(orders).read_text())
    answered = asyncio.run(_for(int(port), raters, float(seconds)))
    Path(result).write_text(json.dumps(answered))


if __name__ == "__main__":
    main()
