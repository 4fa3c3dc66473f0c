"""What rows, processes and graphics cards say at the moment when somebody looks."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from studio.runtime.vitals import card_vitals
from studio.store.base import now
from studio.store.tables import Take, TakeReport
from studio.store.work_tables import Lease
from studio.takes import spending
from studio.takes.priorities import PAUSED

if TYPE_CHECKING:
    from studio.wiring import Studio

_GOING = ("queued", "running")
_UNFINISHED_REPORTS = ("pending", "running")


class Gauges(Collector):
    """Asks when it is collected: not on the event loop, for it waits for the database.

    Args:
        studio: whose rows and processes.
    """

    def __init__(self, studio: "Studio") -> None:
        self._studio = studio

    def collect(self) -> Iterator[Metric]:
        """All gauges; those of the rows are missing while the database cannot be reached."""
        reachable = 1.0
        try:
            with self._studio.database.read() as session:
                yield from [metric for part in self._parts() for metric in part(session)]
        except SQLAlchemyError:
            reachable = 0.0
        yield _gauge("studio_database_reachable", "1 where rows could be read just now.", reachable)
        here = float(self._studio.takes.scheduler.here)
        yield _gauge("studio_scheduler_here", "1 where this process renders takes.", here)
        yield from self._processes()
        yield from _cards()

    def _parts(self) -> tuple[Callable[[Session], list[Metric]], ...]:
        return (_queue, _reports, _leases, self._money)

    def _money(self, session: Session) -> list[Metric]:
        spent = _family("studio_spent", "Charged this month (UTC).", "currency")
        held = _family("studio_spending_held", "What takes under way may charge.", "currency")
        cap = _family("studio_spending_cap", "The month's cap.", "currency")
        moment = now()
        begin, _ = spending.month(moment)
        for currency, amount in self._studio.settings.spending_cap.items():
            spent.add_metric([currency], spending.spent(session, currency, begin))
            held.add_metric([currency], spending.held(session, currency, _GOING, moment))
            cap.add_metric([currency], amount)
        return [spent, held, cap]

    def _processes(self) -> list[Metric]:
        memory = _family(
            "studio_engine_memory_bytes", "Resident memory of a process.", "engine", "device"
        )
        on_card = _family(
            "studio_engine_gpu_memory_bytes",
            "Memory of a graphics card that is put down to an engine.",
            *("engine", "device"),
        )
        for one in self._studio.runtime.processes():
            if one.memory_bytes is not None:
                memory.add_metric([one.name, one.device], one.memory_bytes)
            if one.device != "cpu":
                on_card.add_metric([one.name, one.device], one.held_bytes)
        return [memory, on_card]


def _queue(session: Session) -> list[Metric]:
    takes = _family(
        "studio_queue_takes",
        "Takes that are not final; paused: those of a paused batch.",
        *("state", "priority"),
    )
    counted = select(Take.state, Take.priority, func.count()).where(Take.state.in_(_GOING))
    for state, priority, count in session.execute(counted.group_by(Take.state, Take.priority)):
        paused = priority >= PAUSED
        takes.add_metric(
            ["paused" if paused else state, str(priority - PAUSED if paused else priority)], count
        )
    oldest = _family("studio_queue_oldest_seconds", "Age of the oldest queued take.", "priority")
    waiting = select(Take.priority, func.min(Take.created_at)).where(
        Take.state == "queued", Take.priority < PAUSED
    )
    for priority, since in session.execute(waiting.group_by(Take.priority)):
        oldest.add_metric([str(priority)], max(0.0, (now() - since).total_seconds()))
    return [takes, oldest]


def _reports(session: Session) -> list[Metric]:
    reports = _family("studio_queue_reports", "Takes that are to be measured.", "state")
    counted = select(TakeReport.state, func.count())
    counted = counted.where(TakeReport.state.in_(_UNFINISHED_REPORTS)).group_by(TakeReport.state)
    for state, count in session.execute(counted):
        reports.add_metric([state], count)
    return [reports]


def _leases(session: Session) -> list[Metric]:
    holder = _family(
        "studio_lease_held", "1 where a process holds it: the host and process id.", "name", "place"
    )
    term = _family("studio_lease_term", "Grows when another process takes over.", "name")
    age = _family("studio_lease_renewed_seconds", "Since it was renewed, by the clock.", "name")
    for lease in session.scalars(select(Lease)):
        holder.add_metric([lease.name, lease.place], 1.0 if lease.holder else 0.0)
        term.add_metric([lease.name], lease.term)
        age.add_metric([lease.name], max(0.0, (now() - lease.renewed_at).total_seconds()))
    return [holder, term, age]


def _cards() -> list[Metric]:
    used = _family("studio_gpu_memory_used_bytes", "Of a graphics card, by everybody.", "gpu")
    total = _family("studio_gpu_memory_bytes", "All memory of a graphics card.", "gpu")
    busy = _family("studio_gpu_busy_ratio", "How much of the time it computes.", "gpu")
    for card in card_vitals():
        used.add_metric([card.index], card.used_bytes)
        total.add_metric([card.index], card.total_bytes)
        busy.add_metric([card.index], card.busy)
    return [used, total, busy]


def _family(name: str, help_: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, help_, labels=list(labels))


def _gauge(name: str, help_: str, value: float) -> Metric:
    return GaugeMetricFamily(name, help_, value=value)
