"""Many raters voting at once over kept-alive connections, in a process of its own.

`python -m benchmarks._vote_load PORT ORDERS RESULT`: ORDERS is a JSON list of raters, each with its
``cookie`` and the ``tokens`` of its trials; RESULT becomes ``{"seconds", "answers"}``.
"""

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import NotRequired, TypedDict

CHOICES = ("a", "b", "tie")


class Rater(TypedDict):
    """Who votes on which trials, one after the other.

    ``path`` and ``body`` say how, where it is not the open pool: with ``<token>`` and ``<choice>``;
    ``name`` is the cookie's.
    """

    cookie: str
    tokens: list[str]
    path: NotRequired[str]
    body: NotRequired[str]
    name: NotRequired[str]


class Answer(TypedDict):
    """What the server said to one vote, and after how many seconds."""

    token: str
    choice: str
    status: int
    seconds: float


async def load(
    port: int, raters: list[Rater], answers: list[Answer] | None = None
) -> tuple[float, list[Answer]]:
    """All raters at once. A connection that breaks ends its rater's turn.

    Args:
        port: of the studio, on the loopback address.
        raters: who votes on what.
        answers: where to put them as they come, for whoever wants to watch.

    Returns:
        Seconds from the first request to the last answer, and the answers as they came.
    """
    answers = [] if answers is None else answers
    connections = [await asyncio.open_connection("127.0.0.1", port) for _ in raters]
    began = time.perf_counter()
    await asyncio.gather(
        *(
            _vote(rater, reader, writer, answers)
            for rater, (reader, writer) in zip(raters, connections, strict=True)
        )
    )
    return time.perf_counter() - began, answers


async def _vote(
    rater: Rater,
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    answers: list[Answer],
) -> None:
    try:
        for number, token in enumerate(rater["tokens"]):
            choice = CHOICES[number % 3]
            body = rater.get("body", '{"choice":"<choice>"}').replace("<choice>", choice)
            path = rater.get("path", "/api/trials/<token>/vote").replace("<token>", token)
            began = time.perf_counter()
            writer.write(
                f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                f"Cookie: {rater.get('name', 'rater')}={rater['cookie']}\r\n"
                "Content-Type: application/json\r\n"
                f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
            )
            head = await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(_length(head))
            seconds = time.perf_counter() - began
            answers.append(
                Answer(token=token, choice=choice, status=int(head[9:12]), seconds=seconds)
            )
    except (ConnectionError, asyncio.IncompleteReadError):
        return
    finally:
        writer.close()


def _length(head: bytes) -> int:
    at = head.lower().index(b"content-length:") + 15
    return int(head[at : head.index(b"\r\n", at)])


def main() -> None:
    """Vote, and write down what was answered."""
    port, orders, result = sys.argv[1:]
    seconds, answers = asyncio.run(load(int(port), json.loads(Path(orders).read_text())))
    Path(result).write_text(json.dumps({"seconds": seconds, "answers": answers}))


if __name__ == "__main__":
    main()
