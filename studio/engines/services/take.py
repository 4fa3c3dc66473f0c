"""Joining the two things a service tells during a take: bytes of audio, and what it charged."""

from collections.abc import Callable, Generator, Iterator

from studio.engines.contract import Chunk, StopFlag, Usage
from studio.engines.services.audio import chunks
from studio.engines.services.refusals import Identity


def chunks_and_usage(
    parts: Generator[bytes | Usage, None, None],
    *,
    raw_rate: Callable[[], int | None],
    identity: Identity,
    stop: StopFlag,
) -> Iterator[Chunk | Usage]:
    """Chunks of audio, and usage as soon as it came, also where the take fails afterwards.

    Args:
        parts: bytes of one recording, usage between them; closed at the end, however that comes.
        raw_rate: gives the rate (Hz) of bytes without a header, or ``None`` where there is to be
            one; asked when the first bytes are there.
        identity: for sentences.
        stop: set when nobody wants the rest.

    Raises:
        EngineProblem: see :func:`studio.engines.services.audio.chunks`.
    """
    told: list[Usage] = []

    def audio() -> Generator[bytes, None, None]:
        for part in parts:
            if isinstance(part, Usage):
                told.append(part)
            else:
                yield part

    pieces = audio()
    try:
        first = next(pieces, b"")
        yield from _drained(told)
        source = chunks(
            _all(first, pieces),
            raw_rate=raw_rate(),
            identity=identity,
            stop=stop,
        )
        for chunk in source:
            yield chunk
            yield from _drained(told)
    except Exception:
        yield from _drained(told)
        raise
    finally:
        pieces.close()
        parts.close()
    yield from _drained(told)


def _all(first: bytes, others: Iterator[bytes]) -> Iterator[bytes]:
    if first:
        yield first
    yield from others


def _drained(told: list[Usage]) -> Iterator[Usage]:
    while told:
        yield told.pop(0)
