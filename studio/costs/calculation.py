"""The calculator: from assumptions and known facts to monthly costs and where they meet.

Nothing is read here and nothing kept: the same assumptions and facts give the same result.
"""

import math

from studio.costs import arithmetic
from studio.costs.arithmetic import BreakEven, Line, break_even
from studio.costs.assumptions import (
    ASSUMED_RTF,
    Assumptions,
    estimated_characters_per_minute,
)
from studio.costs.facts import Facts, LocalEngine, Service
from studio.costs.rental import Kind, Offer, offer
from studio.costs.result import Calculation, CostLine, Figure, LeftOut, LineKind, Meeting, Price
from studio.problems import BadInput

_POINTS = 48
_FARTHEST = 20
"""A break-even farther off than so many times the volume asked about is told, not drawn."""


def calculate(assumed: Assumptions, facts: Facts, *, far: bool = False) -> Calculation:
    """Cost each way of paying.

    Args:
        assumed: what somebody assumes.
        facts: what is known besides.
        far: the plot reaches every break-even, however far off.

    Raises:
        BadInput: ``unknown_offer``, ``unknown_local_engine``: no such machine or engine.
    """
    machine = offer(assumed.offer)
    if machine is None:
        raise BadInput("unknown_offer", offer=assumed.offer)
    engine = next((one for one in facts.engines if one.name == assumed.engine), None)
    if engine is None:
        raise BadInput("unknown_local_engine", engine=assumed.engine)
    density, rtf = density_of(assumed, facts), rtf_of(assumed, engine, machine.kind)
    stored = arithmetic.storage_a_video(
        assumed.minutes,
        assumed.attempts,
        assumed.gb_an_hour,
        assumed.keep_months,
        assumed.storage_price,
    )
    disk = assumed.disk_gb * assumed.storage_price
    hours = arithmetic.busy_hours_a_video(
        assumed.minutes, assumed.attempts, rtf.value, assumed.overhead_minutes
    )
    hourly = _hourly(assumed, machine)
    characters = arithmetic.characters_of(assumed.minutes, density.value, assumed.attempts)
    compared, left_out = _compared(assumed, facts)
    services = [
        (one, price, fee, arithmetic.service_line(characters, rate, fee, stored))
        for one, price, rate, fee in compared
    ]
    renting: list[tuple[LineKind, Line]] = [
        ("busy", arithmetic.busy_line(hours, hourly.amount, disk, stored)),
        (
            "always_on",
            arithmetic.always_on_line(
                hours_a_video=hours,
                hours_a_month=assumed.hours_a_month,
                hourly=hourly.amount,
                disk=disk,
                storage_a_video=stored,
            ),
        ),
    ]
    met = [
        (one.id, kind, service, break_even(service, line))
        for one, _, _, service in services
        for kind, line in renting
    ]
    most = _end(assumed.videos, [found for *_, found in met], far=far)
    lines = [
        _shown(one.id, "service", _name(one), line, assumed.videos, most, price, fee)
        for one, price, fee, line in services
    ] + [
        _shown(kind, kind, machine.machine, line, assumed.videos, most, hourly)
        for kind, line in renting
    ]
    kept = assumed.videos * assumed.minutes * assumed.attempts / 60 * assumed.keep_months
    return Calculation(
        currency=assumed.currency,
        minutes=assumed.videos * assumed.minutes,
        characters=assumed.videos * characters,
        characters_per_minute=density,
        rtf=rtf,
        busy_hours=assumed.videos * hours,
        storage_gb=kept * assumed.gb_an_hour,
        storage=assumed.videos * stored,
        disk=disk,
        fits=fits(engine, machine),
        speaks=assumed.language in engine.languages,
        lines=tuple(lines),
        left_out=left_out,
        meetings=tuple(
            Meeting(
                service=service,
                renting=kind,
                kind=found.kind,
                videos=found.videos,
                monthly=None if found.videos is None else line.cost(found.videos),
                returns=found.returns,
                drawn=found.videos is not None and found.videos <= most,
            )
            for service, kind, line, found in met
        ),
        most=most,
    )


def fits(engine: LocalEngine, machine: Offer) -> bool:
    """Whether an engine runs on a machine and in its memory, as far as its card tells."""
    needed = engine.memory_mb if machine.kind == "cpu" else engine.cuda_memory_mb
    return machine.kind in engine.kinds and needed <= machine.memory_gb * 1000


def density_of(assumed: Assumptions, facts: Facts) -> Figure:
    """Characters in a minute of speech: one's own number, else measured, else estimated."""
    own = assumed.characters_per_minute.get(assumed.language)
    if own is not None:
        return Figure(value=own, basis="own")
    measured = facts.characters_per_minute.get(assumed.language)
    if measured is not None:
        return Figure(value=measured.value, basis="measured", takes=measured.takes)
    return Figure(value=estimated_characters_per_minute(assumed.language), basis="estimated")


def rtf_of(assumed: Assumptions, engine: LocalEngine, kind: Kind) -> Figure:
    """Real-time factor of an engine on a kind of machine, likewise."""
    own = assumed.rtf.get(f"{engine.name}@{kind}")
    if own is not None:
        return Figure(value=own, basis="own")
    measured = engine.rtf.get(kind)
    if measured is not None:
        return Figure(value=measured.value, basis="measured", takes=measured.takes)
    return Figure(value=ASSUMED_RTF[kind], basis="estimated")


def _name(service: Service) -> str:
    return " ".join(part for part in (service.title, service.model) if part)


def _hourly(assumed: Assumptions, machine: Offer) -> Price:
    own = assumed.offer_prices.get(machine.id)
    return Price(
        amount=own.amount if own else machine.hourly,
        currency=machine.currency,
        as_of=(own.as_of.isoformat() if own.as_of else "") if own else machine.as_of,
        source="" if own else machine.source,
        own=own is not None,
    )


def _compared(
    assumed: Assumptions, facts: Facts
) -> tuple[list[tuple[Service, Price, float, float]], tuple[LeftOut, ...]]:
    """Services with their price, the rate and the fee in the currency compared; those left out."""
    found, left_out = [], []
    for one in facts.services:
        if assumed.services is None and one.model:
            continue
        if assumed.services is not None and one.id not in assumed.services:
            continue
        own = assumed.service_prices.get(one.id)
        per_million = own.amount if own else one.per_million
        currency = one.currency or assumed.currency
        if per_million is None:
            left_out.append(LeftOut(id=one.id, title=_name(one), because="no_price"))
            continue
        worth = 1.0 if currency == assumed.currency else assumed.exchange.get(currency)
        if worth is None:
            left_out.append(
                LeftOut(id=one.id, title=_name(one), because="no_exchange", currency=currency)
            )
            continue
        price = Price(
            amount=per_million,
            currency=currency,
            as_of=(own.as_of.isoformat() if own.as_of else "") if own else one.as_of,
            source="" if own else one.source,
            own=own is not None,
        )
        found.append((one, price, per_million * worth, assumed.fees.get(one.id, 0.0) * worth))
    return found, tuple(left_out)


def _end(videos: float, met: list[BreakEven], *, far: bool) -> float:
    """How far the plot goes: beyond the volume asked about, and the nearest break-evens."""
    least = max(2 * videos, 10.0)
    near = [
        found.videos * 1.25
        for found in met
        if found.videos is not None and (far or found.videos <= _FARTHEST * max(videos, 1.0))
    ]
    return _round_up(max([least, *near]))


def _round_up(value: float) -> float:
    """The next of 1, 1.5, 2, 3, 4, 5, 6, 8 with as many noughts as it takes."""
    size = 10.0 ** math.floor(math.log10(value))
    return next(step * size for step in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if step * size >= value)


def _shown(  # noqa: PLR0913, PLR0917 (the parts of one line)
    identity: str,
    kind: LineKind,
    title: str,
    line: Line,
    videos: float,
    most: float,
    price: Price,
    fee: float = 0.0,
) -> CostLine:
    return CostLine(
        id=identity,
        kind=kind,
        title=title,
        monthly=line.cost(videos),
        fixed=line.fixed + line.per_machine,
        per_video=line.per_video,
        machines=line.machines(videos),
        price=price,
        fee=fee,
        points=_points(line, most),
    )


def _points(line: Line, most: float) -> tuple[tuple[float, float], ...]:
    """Corners of a line; of a stair with very many steps only as many as can be seen."""
    steps = math.floor(most / line.capacity) if line.per_machine else 0
    if steps > _POINTS:
        places = [most * at / _POINTS for at in range(_POINTS + 1)]
        return tuple((place, line.cost(place)) for place in places)
    points = [(0.0, line.cost(0.0))]
    for step in range(1, steps + 1):
        full = step * line.capacity
        if full < most:
            points.append((full, line.cost(full)))
            points.append((full, line.cost(full) + line.per_machine))
    return (*points, (most, line.cost(most)))
