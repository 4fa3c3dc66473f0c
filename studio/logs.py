"""What the studio logs: a line an event, with the request it belongs to, about nobody.

Texts, names, addresses, file names and keys are in no line. Exceptions say where and of which kind,
but not in which words, for libraries quote what they were given; so do engines. Whoever runs a
studio for themselves sees the words, too, with ``STUDIO_LOG_DETAILS=1``.
"""

import copy
import errno
import logging
import os
import re
import sys
import threading
import traceback
from contextvars import ContextVar
from typing import Any, Literal

from pythonjsonlogger.json import JsonFormatter

from studio.problems import Problem

REQUEST: ContextVar[str] = ContextVar("studio_request", default="")
"""The id of the request that is being answered; empty outside of any. Threads that answer one, and
tasks begun by it, inherit it; work that outlives the request names the take instead."""

_LEFT_OUT = "(left out)"
_PLACE = re.compile(
    r' +File "[^"]+", line \d+, in \S+|[\w.]*(?:Error|Exception|Exit|Interrupt|Problem)(?=:|$)'
)
"""Of a traceback's lines: those that name a place, and of the last one the exception's name."""
_OURS = ("studio", "studio_test_engines")
_SERVERS = ("uvicorn", "uvicorn.error", "uvicorn.asgi", "uvicorn.access")


class Words(str):
    """Something an engine, a library or a service said. Lines leave it out, short of details."""

    __slots__ = ()


class _Bare(str):
    """Looks the same where a line asks for ``%r``."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


class Trace(Words):
    """Another process's traceback, as text. Lines have its places and kinds, short of details."""

    __slots__ = ()

    def places(self) -> str:
        """Which lines of which files it went through, and the names of the exceptions."""
        kept = [match[0] for line in self.splitlines() if (match := _PLACE.match(line))]
        return "\n".join(kept) or _LEFT_OUT


def configure(format_: Literal["text", "json"], *, details: bool = False) -> None:
    """Set up the process's logging: everything goes to standard error, in one form.

    uvicorn's own lines join in, but for its access log, which holds addresses and queries: the
    studio writes one of its own.

    Args:
        format_: ``json``: an object a line; ``text``: for people.
        details: also what exceptions and engines said.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter(format_, details=details))
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    for name in (*_OURS, "uvicorn"):
        logging.getLogger(name).setLevel(logging.INFO)
    for name in _SERVERS:
        server = logging.getLogger(name)
        server.handlers.clear()
        server.propagate = name != "uvicorn.access"
    logging.captureWarnings(True)
    threading.excepthook = _thread_crashed
    traceback.print_exc = _printed  # Gradio prints what went wrong in a page's event


def formatter(format_: Literal["text", "json"], *, details: bool = False) -> logging.Formatter:
    """How a line is written; see :func:`configure`."""
    return _Json(details) if format_ == "json" else _Text(details)


def told(problem: BaseException) -> str:
    """An exception by its kind alone, with the studio's, the system's or the database's code."""
    kind = type(problem).__name__
    if isinstance(problem, ImportError) and problem.name:
        return f"{kind} {problem.name}"
    if isinstance(problem, Problem):
        return f"{kind} {problem.code}"
    if isinstance(problem, OSError) and problem.errno:
        name = errno.errorcode.get(problem.errno, str(problem.errno))
        return f"{kind} {name}: {os.strerror(problem.errno)}"
    driver = getattr(problem, "orig", None)  # SQLAlchemy's, around the driver's own
    code = getattr(driver, "sqlite_errorname", None) or getattr(driver, "sqlstate", None)
    return f"{kind} {code}" if code else kind


class _Discreet:
    """Leaves out of a record what may tell of a person."""

    _details: bool

    def tidy(self, record: logging.LogRecord) -> logging.LogRecord:
        """The record as it may be written; the request's id joins it."""
        record = copy.copy(record)
        record.request = REQUEST.get()
        if not self._details and isinstance(record.args, tuple):
            record.args = tuple(_harmless(value) for value in record.args)
        if not self._details:
            record.msg = _harmless(record.msg)
        record.__dict__.pop("color_message", None)  # uvicorn's second copy
        record.exc_text = None  # another handler's writing
        record.stack_info = None
        return record

    def exception(self, info: Any) -> str:
        """A chain of exceptions: where each came from, and its kind."""
        problem = info[1]
        if problem is None:
            return ""
        if self._details:
            return "".join(traceback.format_exception(problem)).rstrip()
        return "\n".join(_chain(problem))


class _Text(_Discreet, logging.Formatter):
    def __init__(self, details: bool) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s%(of)s: %(message)s")
        self._details = details

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        tidy = self.tidy(record)
        tidy.of = f" [{tidy.__dict__['request'][:8]}]" if tidy.__dict__["request"] else ""
        return super().format(tidy)

    def formatException(self, ei: Any) -> str:  # noqa: N802 (logging's own name)
        """See :meth:`_Discreet.exception`."""
        return self.exception(ei)


class _Json(_Discreet, JsonFormatter):
    def __init__(self, details: bool) -> None:
        super().__init__(
            "%(levelname)s %(name)s %(message)s %(request)s",
            rename_fields={"levelname": "level", "name": "logger", "exc_info": "exception"},
            timestamp="time",
            json_ensure_ascii=False,
        )
        self._details = details

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        return super().format(self.tidy(record))

    def formatException(self, ei: Any) -> str:  # noqa: N802 (logging's own name)
        """See :meth:`_Discreet.exception`."""
        return self.exception(ei)


def _harmless(value: Any) -> Any:
    if isinstance(value, BaseException):
        return _Bare(told(value))
    if isinstance(value, Trace):
        return value.places()
    return _LEFT_OUT if isinstance(value, Words) else value


def _chain(problem: BaseException) -> list[str]:
    """An exception and those before it, the first one first, without their words."""
    lines: list[str] = []
    seen: set[int] = set()
    current: BaseException | None = problem
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        frames = traceback.StackSummary.extract(traceback.walk_tb(current.__traceback__))
        here = "".join(frames.format()).rstrip()
        parts = [told(one) for one in getattr(current, "exceptions", ())]
        group = f" of {', '.join(parts)}" if parts else ""
        lines[:0] = [*([here] if here else []), f"{told(current)}{group}"]
        current = current.__cause__ or (
            None if current.__suppress_context__ else current.__context__
        )
    return lines


def _thread_crashed(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None and not isinstance(args.exc_value, SystemExit):
        name = args.thread.name if args.thread else "?"
        logging.getLogger("studio").error("the thread %s ended", name, exc_info=args.exc_value)


def _printed(limit: int | None = None, file: Any = None, chain: bool = True) -> None:
    """In place of :func:`traceback.print_exc`, whose lines would be no log's, and hold words."""
    if file is not None:
        traceback.print_exception(*sys.exc_info(), limit=limit, file=file, chain=chain)
        return
    logging.getLogger("studio").error("a library caught something", exc_info=sys.exc_info()[1])
