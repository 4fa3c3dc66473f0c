"""What the studio counts and times as it works, for Prometheus; see ``/metrics``.

Functions with the domain's names, called where something happened. They cost microseconds, never
raise, and keep numbers alone: a label is an engine, a code, a protocol, a route as it is declared;
never a person, a text, an id or an address. What rows can tell at any moment (how many takes wait)
is not counted here but asked of them when somebody looks.
"""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

REGISTRY = CollectorRegistry()
"""What this process counted since it started."""

_UNKNOWN = "unknown"
_NEVER_MORE_SERIES = 400
"""Different values of one label that is not from a fixed list; further ones count as ``other``."""
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "WEBSOCKET"})

_rtf = Histogram(
    "studio_take_rtf",
    "Real-time factor: seconds of work for a second of audio.",
    ["engine"],
    buckets=(0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 5, 10, 30),
    registry=REGISTRY,
)
_ttfa = Histogram(
    "studio_take_ttfa_seconds",
    "Time to first audio, once the engine was asked.",
    ["engine"],
    buckets=(0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 2, 5, 10, 30, 60),
    registry=REGISTRY,
)
_takes = Counter("studio_takes", "Takes rendered to the end.", ["engine"], registry=REGISTRY)
_audio = Counter(
    "studio_audio_seconds", "Seconds of audio rendered.", ["engine"], registry=REGISTRY
)
_failures = Counter(
    "studio_take_failures", "Takes that failed for good.", ["engine", "reason"], registry=REGISTRY
)
_retries = Counter(
    "studio_take_retries", "Tries that failed and are repeated.", ["engine", "reason"],
    registry=REGISTRY,
)  # fmt: skip
_refusals = Counter(
    "studio_limits_hit", "Requests and orders refused by a limit.", ["limit"], registry=REGISTRY
)
_votes = Counter(
    "studio_votes", "Answers of raters that are on disk.", ["protocol"], registry=REGISTRY
)
_commits = Histogram(
    "studio_database_commit_seconds",
    "One commit of the writer, all its operations included.",
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 15),
    registry=REGISTRY,
)
_operations = Counter(
    "studio_database_operations", "Changes that the writer committed.", registry=REGISTRY
)
_lost_commits = Counter(
    "studio_database_failed_commits", "Commits that failed as a whole.", registry=REGISTRY
)
_http = Histogram(
    "studio_http_seconds",
    "Requests, to the end of the answer.",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60),
    registry=REGISTRY,
)
_under_way = Gauge(
    "studio_http_requests_under_way", "Requests that are being answered.", registry=REGISTRY
)


class _Labels:
    """Keeps a label's values from growing without end, should a caller let the outside choose."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def __call__(self, value: str) -> str:
        if value not in self._seen:
            if len(self._seen) >= _NEVER_MORE_SERIES:
                return "other"
            self._seen.add(value)
        return value or _UNKNOWN


_engines, _reasons, _routes, _protocols = _Labels(), _Labels(), _Labels(), _Labels()


def take_done(engine: str, rtf: float | None, ttfa: float | None, seconds: float) -> None:
    """A take was rendered and kept.

    Args:
        engine: which one spoke.
        rtf: seconds of work for a second of audio.
        ttfa: seconds to the first audio.
        seconds: of audio.
    """
    name = _engines(engine)
    _takes.labels(name).inc()
    _audio.labels(name).inc(max(0.0, seconds))
    if rtf is not None:
        _rtf.labels(name).observe(rtf)
    if ttfa is not None:
        _ttfa.labels(name).observe(ttfa)


def take_failed(engine: str, reason: str) -> None:
    """A take failed for good; ``reason`` is the code of its sentence, ``error.`` or not."""
    _failures.labels(_engines(engine), _reasons(reason.removeprefix("error."))).inc()


def take_retried(engine: str, reason: str) -> None:
    """A try at a take failed, and another one will follow by itself."""
    _retries.labels(_engines(engine), _reasons(reason.removeprefix("error."))).inc()


def limit_hit(limit: str) -> None:
    """Something was refused because of a limit: ``quota_takes``, ``requests_user`` and so on."""
    _refusals.labels(_reasons(limit)).inc()


def vote_counted(protocol: str) -> None:
    """An answer is on disk: of a blind comparison (``blind``) or a study (its protocol)."""
    _votes.labels(_protocols(protocol)).inc()


def commit_done(operations: int, seconds: float) -> None:
    """The writer committed so many changes at once, in so many seconds."""
    _commits.observe(seconds)
    _operations.inc(operations)


def commit_failed() -> None:
    """A commit failed as a whole: whoever waited for it was told."""
    _lost_commits.inc()


def http_begun() -> None:
    """A request came in; :func:`http_done` follows."""
    _under_way.inc()


def http_done(method: str, route: str, status: int, seconds: float) -> None:
    """A request was answered to its end.

    Args:
        method: as sent; unusual ones are counted together.
        route: the path as declared (``/api/takes/{take_id}``), never as sent; empty for none.
        status: of the answer; 499 where the client had left before there was one.
        seconds: from the first line of the request to the last byte of the answer.
    """
    _under_way.dec()
    known = method if method in METHODS else "other"
    _http.labels(known, _routes(route or "none"), str(status)).observe(seconds)
