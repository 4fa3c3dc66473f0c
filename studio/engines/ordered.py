"""Rendering pieces in parallel and handing them out in order, a bounded number of pieces ahead."""

import itertools
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from typing import TypeVar

from studio.engines.contract import StopFlag

Item = TypeVar("Item")
Result = TypeVar("Result")

_POLL = 0.02
"""Seconds between looks at the stop flag, which may be any object and cannot be waited for."""


def in_order(  # noqa: PLR0913 - five of them by name
    items: Iterable[Item],
    render: Callable[[Item], Result],
    *,
    workers: int,
    ahead: int,
    stop: StopFlag,
    abort: Callable[[], None],
) -> Iterator[tuple[Item, Result]]:
    """Each item with its result, in the order of the items.

    Args:
        items: what to render; drawn as needed, never all at once.
        render: called in ``workers`` threads; should release the GIL.
        workers: threads.
        ahead: results kept or in the making beyond the one being waited for, a bound on memory.
        stop: once set, nothing more is started or handed out.
        abort: makes running calls of ``render`` end soon, by whatever exception; called when
            ``stop`` is set, when one of them failed, or when the caller leaves early.

    Raises:
        Whatever ``render`` raises, at the place of its item.
    """
    pool = ThreadPoolExecutor(workers, thread_name_prefix="render")
    waiting: deque[tuple[Item, Future[Result]]] = deque()
    source = iter(items)
    try:
        while not stop.is_set():
            for item in itertools.islice(source, ahead + 1 - len(waiting)):
                waiting.append((item, pool.submit(render, item)))
            if not waiting:
                return
            item, future = waiting[0]
            while not future.done():
                wait_for((future,), timeout=_POLL)
                if stop.is_set():
                    return
            waiting.popleft()
            yield item, future.result()
    finally:
        if any(not future.cancel() and not future.done() for _, future in waiting):
            abort()
        pool.shutdown(wait=True, cancel_futures=True)
