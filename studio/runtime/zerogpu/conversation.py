"""The studio's side of an engine on borrowed cards: a call for each request, seen as a process."""

import itertools
import os
import queue
import threading
from collections.abc import Mapping
from typing import Any

from studio.runtime.engine_process import UNDER_WAY
from studio.runtime.process import Ended
from studio.runtime.wire import Message
from studio.runtime.zerogpu.lent import on_a_card
from studio.runtime.zerogpu.stop_file import StopFile


class LentConversation:
    """Stands where `studio.runtime.process.Child` stands on a machine with a card of its own.

    A load is answered at once and done with the first request, on the card: there is none before.

    Args:
        engine: its name.
    """

    def __init__(self, engine: str) -> None:
        self._engine = engine
        self._exchanges = itertools.count(1)
        self._inbox: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._loads: list[Message] = []
        self._stops: dict[int, list[StopFile]] = {}
        self._lock = threading.Lock()
        self._over = False

    @property
    def pid(self) -> int:
        """This process's: what has the card comes and goes."""
        return os.getpid()

    @property
    def alive(self) -> bool:
        """Until it is ended."""
        return not self._over

    def request(self, do: str, **fields: Any) -> int:
        """Begin a request; its answers come by :meth:`receive`."""
        exchange = next(self._exchanges)
        message = {"engine": self._engine, **fields, "do": do, "exchange": exchange}
        if do == "load":
            self._loads.append(message)
            self._inbox.put({"did": "loaded", "seconds": 0.0, "remarks": [], "exchange": exchange})
            return exchange
        stops = [StopFile() for _ in fields.get("requests", [None])]
        with self._lock:
            self._stops[exchange] = stops
        work = threading.Thread(
            target=self._ask, args=(message, stops), name=f"lent-{self._engine}", daemon=True
        )
        work.start()
        return exchange

    def _ask(self, message: Message, stops: list[StopFile]) -> None:
        exchange = message["exchange"]
        last: Mapping[str, Any] = {}
        try:
            for last in on_a_card(list(self._loads), message, [stop.path for stop in stops]):
                self._inbox.put(dict(last))
        except Exception as problem:  # noqa: BLE001 - no card, no quota, a process that died
            last = {"did": "failed", "type": type(problem).__name__, "message": str(problem)}
            self._inbox.put({**last, "traceback": "", "exchange": exchange})
        finally:
            if not last or last["did"] in UNDER_WAY:
                gone = {"did": "failed", "type": "Ended", "message": "the card was taken away"}
                self._inbox.put({**gone, "traceback": "", "exchange": exchange})
            with self._lock:
                self._stops.pop(exchange, None)
            for stop in stops:
                stop.forget()

    def cancel(self, exchange: int, item: int | None = None) -> None:
        """Set the stop flags of a request, or of one item of it."""
        with self._lock:
            for number, stop in enumerate(self._stops.get(exchange, ())):
                if item in (None, number):
                    stop.set()

    def receive(self, seconds: float) -> Message | None:
        """The next answer, or None after so many seconds.

        Raises:
            Ended: it was ended.
        """
        try:
            return self._inbox.get(timeout=max(seconds, 0.001))
        except queue.Empty:
            if self._over:
                raise Ended("ended") from None
            return None

    def kill(self) -> None:
        """Want nothing more. What has the card is given back by whoever lent it."""
        self._over = True
        with self._lock:
            for stops in self._stops.values():
                for stop in stops:
                    stop.set()

    def tail(self) -> str:
        """Nothing: a Space's own log has what was printed."""
        return ""
