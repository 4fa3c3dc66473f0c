"""What a volume of speech costs by two ways of paying, and the volume at which they meet.

Pure functions. A monthly cost is a fixed part, a part by the video, and for a machine that is
never switched off a part by machine: one card can only render so many hours in a month.
"""

import math
from dataclasses import dataclass
from typing import Literal

MINUTES = 60.0
"""Of an hour."""
MILLION = 1_000_000
_NEAR = 1e-9


@dataclass(frozen=True)
class Line:
    """A monthly cost against the number of videos.

    Attributes:
        fixed: paid without a video.
        per_video: paid for each.
        per_machine: paid for each machine that is kept running; one at least.
        capacity: videos that one machine can render in a month; infinite where nothing is kept.
    """

    fixed: float
    per_video: float
    per_machine: float = 0.0
    capacity: float = math.inf

    def machines(self, videos: float) -> int:
        """How many are kept running for so many videos."""
        if self.per_machine == 0.0:
            return 0
        if math.isinf(self.capacity):
            return 1
        return max(1, math.ceil(videos / self.capacity - _NEAR))

    def cost(self, videos: float) -> float:
        """Of a month with so many videos.

        Args:
            videos: zero or more; may be a fraction.
        """
        return self.fixed + self.per_video * videos + self.per_machine * self.machines(videos)


@dataclass(frozen=True)
class BreakEven:
    """Where renting becomes the cheaper way.

    Attributes:
        kind: ``from``: it is cheaper from that volume on; ``until``: it is cheaper below it;
            ``always``, ``never``: at no volume do they change places.
        videos: a month, at which both cost the same; None for ``always`` and ``never``.
        returns: a volume above, at which a further machine makes renting dearer again for a while.
    """

    kind: Literal["from", "until", "always", "never"]
    videos: float | None = None
    returns: float | None = None


def break_even(service: Line, renting: Line) -> BreakEven:
    """The smallest volume from which renting costs no more than the service.

    Args:
        service: without machines.
        renting: with or without.
    """
    steeper = service.per_video - renting.per_video
    if renting.per_machine == 0.0 or math.isinf(renting.capacity):
        return _two_straight(renting.fixed + renting.per_machine - service.fixed, steeper)
    return _with_machines(service, renting, steeper)


def _two_straight(dearer_at_zero: float, steeper: float) -> BreakEven:
    """Two straight lines: renting begins dearer by one amount and gains another each video."""
    if steeper > 0:
        if dearer_at_zero <= 0:
            return BreakEven("always")
        return BreakEven("from", dearer_at_zero / steeper)
    if dearer_at_zero > 0:
        return BreakEven("never")
    if steeper == 0 or dearer_at_zero == 0:
        return BreakEven("always" if steeper == 0 else "never")
    return BreakEven("until", dearer_at_zero / steeper)


def _with_machines(service: Line, renting: Line, steeper: float) -> BreakEven:
    """With k machines the lines meet where k machines' rent has been saved, if they can do it.

    That volume must be within what k machines render; the first k for which it is, is the answer.
    """
    gap = renting.fixed - service.fixed
    if gap + renting.per_machine <= 0:  # one machine costs less than the service's fee
        return _cheaper_at_once(gap, renting, steeper)
    if steeper <= 0:
        return BreakEven("never")
    saved = steeper * renting.capacity  # by one machine that is busy all month
    if gap + renting.per_machine <= saved:
        count = 1
    elif saved <= renting.per_machine:
        return BreakEven("never")
    else:
        count = math.ceil(gap / (saved - renting.per_machine) - _NEAR)
    videos = (gap + count * renting.per_machine) / steeper
    videos = max(videos, (count - 1) * renting.capacity)
    return BreakEven("from", videos, _dearer_again(gap, renting, steeper, count))


def _cheaper_at_once(gap: float, renting: Line, steeper: float) -> BreakEven:
    """Renting is cheaper at no video at all; it stays so, or until some volume."""
    if steeper >= 0:
        back = _dearer_again(gap, renting, steeper, 1)
        return BreakEven("always") if back is None else BreakEven("until", back)
    each = renting.per_machine - steeper * renting.capacity  # what a full machine loses
    count = math.floor(-gap / each) + 1  # the first machine at whose end renting is dearer
    start = (count - 1) * renting.capacity
    meets = (gap + count * renting.per_machine) / steeper
    return BreakEven("until", max(start, meets))


def _dearer_again(gap: float, renting: Line, steeper: float, count: int) -> float | None:
    """Volume above which one more machine makes renting dearer than the service, if there is one.

    Args:
        gap: of the fixed parts, renting less the service.
        renting: with machines.
        steeper: what a video costs more with the service; zero or more.
        count: how many machines it takes where renting is cheaper.
    """
    loses = renting.per_machine - steeper * renting.capacity  # by each full machine
    dearer = gap + renting.per_machine + count * loses  # just above ``count`` full machines
    if dearer > _NEAR:
        return count * renting.capacity
    if loses <= _NEAR:
        return None
    more = math.floor(-(gap + renting.per_machine) / loses) + 1
    return max(count, more) * renting.capacity


def characters_of(minutes: float, per_minute: float, attempts: float) -> float:
    """Characters that are charged for so many minutes of finished speech."""
    return minutes * per_minute * attempts


def service_line(
    characters_a_video: float, per_million: float, fee: float, storage_a_video: float
) -> Line:
    """A service that charges by the character, with a monthly fee or without."""
    return Line(fee, characters_a_video * per_million / MILLION + storage_a_video)


def busy_hours_a_video(minutes: float, attempts: float, rtf: float, overhead: float) -> float:
    """Hours a machine works for one video.

    Args:
        minutes: of finished speech.
        attempts: how often a line is rendered until it is kept, on average.
        rtf: seconds of rendering for a second of speech.
        overhead: minutes of starting and loading, by the video.
    """
    return (minutes * attempts * rtf + overhead) / MINUTES


def busy_line(hours_a_video: float, hourly: float, disk: float, storage_a_video: float) -> Line:
    """A machine that is rented only while it works; its disk is kept all month."""
    return Line(disk, hours_a_video * hourly + storage_a_video)


def always_on_line(
    *,
    hours_a_video: float,
    hours_a_month: float,
    hourly: float,
    disk: float,
    storage_a_video: float,
) -> Line:
    """Machines that are never switched off, as many as the volume needs."""
    capacity = hours_a_month / hours_a_video if hours_a_video > 0 else math.inf
    return Line(disk, storage_a_video, hourly * hours_a_month, capacity)


def storage_a_video(
    minutes: float, attempts: float, gb_an_hour: float, months: float, per_gb: float
) -> float:
    """What keeping one video's takes costs, told by the month.

    After ``months`` as much is thrown away as comes: so long is every month's work paid for.
    """
    return minutes * attempts / MINUTES * gb_an_hour * months * per_gb
