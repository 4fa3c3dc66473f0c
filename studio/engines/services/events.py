"""Server-sent events (WHATWG HTML, section 9.2) out of a body that comes in pieces."""

from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass


class EventTooLarge(Exception):
    """One event is larger than the limit."""


@dataclass(frozen=True)
class Event:
    """One event: its name (often empty) and its data."""

    name: str
    data: str


async def events(pieces: AsyncIterator[bytes], limit: int) -> AsyncGenerator[Event, None]:
    """Events in order. One that the end of the body cuts short is handed over as it is.

    Args:
        pieces: of the body, cut anywhere.
        limit: the largest event, in bytes.

    Raises:
        EventTooLarge: an event is larger.
    """
    name, data, size = "", list[str](), 0
    async for line in _lines(pieces, limit):
        size += len(line)
        if size > limit:
            raise EventTooLarge
        if not line:
            if data:
                yield Event(name, "\n".join(data))
            name, data, size = "", [], 0
            continue
        field, _, value = line.decode("utf-8", "replace").partition(":")
        value = value.removeprefix(" ")
        if field == "data":
            data.append(value)
        elif field == "event":
            name = value
    if data:
        yield Event(name, "\n".join(data))


async def _lines(pieces: AsyncIterator[bytes], limit: int) -> AsyncGenerator[bytes, None]:
    """Lines without their ends (LF or CRLF)."""
    rest = bytearray()
    searched = 0
    async for piece in pieces:
        rest += piece
        start = 0
        while (end := rest.find(b"\n", max(start, searched))) >= 0:
            yield bytes(rest[start:end]).removesuffix(b"\r")
            start = end + 1
        del rest[:start]
        searched = len(rest)
        if searched > limit:
            raise EventTooLarge
    if rest:
        yield bytes(rest).removesuffix(b"\r")
