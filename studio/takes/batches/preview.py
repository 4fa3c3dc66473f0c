"""What is understood of a batch before it is ordered: its texts, faults, seconds and cost."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from studio.locales import Note, note
from studio.problems import BadInput, Problem
from studio.settings import Settings
from studio.takes.batches.order import BatchOrder, Line, lines_of, order_of
from studio.takes.estimate import speech_seconds
from studio.takes.order import ComparisonOrder
from studio.takes.planner import Facts, Planner
from studio.takes.views import Cost, TakePlan


@dataclass(frozen=True)
class Refused:
    """An engine that will not render a text: its title, and why."""

    title: str
    reason: Note


@dataclass(frozen=True)
class LinePreview:
    """One text.

    Attributes:
        number: 1 for the first.
        line: as it was understood.
        fault: what is wrong with it; such a text refuses the whole order.
        refused: engines that will not render it; the others do.
    """

    number: int
    line: Line
    fault: Note | None = None
    refused: tuple[Refused, ...] = ()


@dataclass
class BatchPreview:
    """A batch.

    Attributes:
        lines: every text.
        takes: how many would be rendered.
        speech_seconds: likely length of all of them together.
        seconds: likely time to render them one after the other, of engines that were measured.
        unmeasured: titles of engines of which nobody knows how long they take.
        costs: what paid engines charge, by currency.
        unpriced: titles of paid engines whose price nobody knows.
    """

    lines: list[LinePreview] = field(default_factory=list)
    takes: int = 0
    speech_seconds: float = 0.0
    seconds: float = 0.0
    unmeasured: set[str] = field(default_factory=set)
    costs: dict[str, Cost] = field(default_factory=dict)
    unpriced: set[str] = field(default_factory=set)

    @property
    def faults(self) -> int:
        """How many texts are wrong."""
        return sum(one.fault is not None for one in self.lines)

    def add(self, plan: TakePlan) -> None:
        """Count what one engine does with one text."""
        self.takes += 1
        self.speech_seconds += speech_seconds(plan.text)
        if plan.estimate_seconds is None:
            self.unmeasured.add(plan.title)
        else:
            self.seconds += plan.estimate_seconds
        if plan.cost is None:
            return
        if plan.cost.amount is None:
            self.unpriced.add(plan.title)
            return
        known = self.costs.get(plan.cost.currency)
        self.costs[plan.cost.currency] = known.plus(plan.cost) if known else plan.cost


def preview(owner: str, order: BatchOrder, settings: Settings, planner: Planner) -> BatchPreview:
    """What would become of a batch. Keeps nothing.

    Raises:
        BadInput, TooLarge, NotFound: it is wrong as a whole, not in single texts.
    """
    found = BatchPreview()
    known: Facts = {}
    lines = lines_of(order, settings)
    orders = list(_orders(order, lines, settings))
    first = next((one for one in orders if isinstance(one, ComparisonOrder)), None)
    voice = planner.checked(owner, first)[1] if first is not None else None
    for number, (line, one) in enumerate(zip(lines, orders, strict=True), 1):
        if isinstance(one, Note):
            found.lines.append(LinePreview(number, line, one))
            continue
        plans = [planner.plan(owner, one, wanted, voice, known) for wanted in one.engines]
        refused = tuple(Refused(plan.title, plan.refusal) for plan in plans if plan.refusal)
        for plan in plans:
            if plan.refusal is None:
                found.add(plan)
        found.lines.append(LinePreview(number, line, None, refused))
    return found


def _orders(
    order: BatchOrder, lines: Iterable[Line], settings: Settings
) -> Iterable[ComparisonOrder | Note]:
    for number, line in enumerate(lines, 1):
        try:
            yield order_of(order, line, number, settings)
        except BadInput as problem:
            reason = problem.params.get("reason")
            yield reason if isinstance(reason, Note) else _note(problem)


def _note(problem: Problem) -> Note:
    return note(f"error.{problem.code}", **problem.params)
