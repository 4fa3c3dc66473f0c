"""Whether an order may come in: quotas of the account, and caps on what paid engines charge.

Everything is decided inside the writer, where orders come one after the other: however many are
sent at once, exactly as many pass as there is room for.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from studio import telemetry
from studio.locales import Note, note
from studio.problems import NotAllowed, Problem, TooMany
from studio.settings import Settings
from studio.store import usage
from studio.store.base import now
from studio.store.tables import Take
from studio.store.usage import Used
from studio.takes import spending

_UNDER_WAY = ("queued", "running")
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Demand:
    """What an order asks for.

    Attributes:
        takes: how many are to be rendered; answers from the store and refusals are free.
        characters: their texts' lengths, all takes together.
        money: what paid engines would charge at most, by currency.
        unpriced: titles of engines that may charge, nobody knows how much.
    """

    takes: int = 0
    characters: int = 0
    money: Mapping[str, float] = field(default_factory=dict)
    unpriced: frozenset[str] = frozenset()

    @classmethod
    def of(cls, takes: Iterable[Take], text: str) -> "Demand":
        """What takes of one text ask for; only those whose state is ``queued``."""
        found = [take for take in takes if take.state == "queued"]
        money: dict[str, float] = {}
        for take in found:
            for currency, amount in take.request.get(spending.HELD, {}).items():
                money[currency] = money.get(currency, 0.0) + float(amount)
        unpriced = {name for take in found for name in take.request.get(spending.UNPRICED, ())}
        return cls(len(found), len(found) * len(text), money, frozenset(unpriced))

    def __add__(self, other: "Demand") -> "Demand":
        currencies = {*self.money, *other.money}
        return Demand(
            self.takes + other.takes,
            self.characters + other.characters,
            {name: self.money.get(name, 0.0) + other.money.get(name, 0.0) for name in currencies},
            self.unpriced | other.unpriced,
        )


class Admission:
    """Lets orders in, or says why not and when again.

    Args:
        settings: quotas and caps; an account's own limits go before them.

    Raises:
        ValueError: a cap cannot be read.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._cap = spending.checked_cap(settings.spending_cap, "STUDIO_SPENDING_CAP")
        spending.checked_cap(settings.spending_cap_user, "STUDIO_SPENDING_CAP_USER")

    def admit(self, session: Session, owner: str, demand: Demand) -> None:
        """Count an order, inside the writer and before its takes are rows (or queued ones).

        Raises:
            TooMany: ``quota_takes`` or ``quota_characters`` with ``retry_after`` in seconds.
            NotAllowed: the order alone is over a quota (``quota_takes_at_once``,
                ``quota_characters_at_once``), or a cap would not hold (``spending_cap_studio``,
                ``spending_cap_account``, ``spending_price_unknown``, ``spending_currency``).
        """
        if not demand.takes:
            return
        moment = now()
        with session.no_autoflush:
            allowed = usage.allowance(session, self._settings, owner)
            used = usage.hours_of(session, owner, moment)
            for quota in (
                _Quota("takes", allowed.takes_per_day, "quota_takes", "quota_takes_at_once"),
                _Quota(
                    "characters",
                    allowed.characters_per_day,
                    "quota_characters",
                    "quota_characters_at_once",
                ),
            ):
                quota.hold(demand, used, moment)
            refusal = self._over(session, owner, allowed.spending_cap, demand, _UNDER_WAY, moment)
            if refusal is not None:
                telemetry.limit_hit(refusal.code)
                raise refusal
            usage.count(session, owner, Used(demand.takes, demand.characters), moment)

    def refusal_to_begin(self, session: Session, owner: str, take: Take) -> Note | None:
        """Why a queued take must not be begun: the money it was ordered with is gone meanwhile.

        So it is with attempts that the studio adds by itself, with further tries that a service
        charged for, and where a cap was lowered. Looked up inside the writer.
        """
        money = take.request.get(spending.HELD, {})
        unpriced = take.request.get(spending.UNPRICED, ())
        if not money and not unpriced:
            return None
        demand = Demand(1, 0, money, frozenset(unpriced))
        with session.no_autoflush:
            own = usage.allowance(session, self._settings, owner).spending_cap
            running = ("running",)
            refusal = self._over(session, owner, own, demand, running, now(), but=take.id)
        if refusal is None:
            return None
        telemetry.limit_hit(refusal.code)
        return note(f"error.{refusal.code}", **refusal.params)

    def _over(  # noqa: PLR0913, PLR0917 (the parts of one sum)
        self,
        session: Session,
        owner: str,
        own_cap: Mapping[str, float],
        demand: Demand,
        states: tuple[str, ...],
        moment: datetime,
        but: str = "",
    ) -> Problem | None:
        for cap, whose in ((self._cap, None), (own_cap, owner)):
            if not cap:
                continue
            if demand.unpriced:
                return NotAllowed("spending_price_unknown", engine=min(demand.unpriced))
            begin, end = spending.month(moment)
            for currency, amount in demand.money.items():
                if currency not in cap:
                    return NotAllowed("spending_currency", currency=currency)
                spent = spending.spent(session, currency, begin, whose)
                held = spending.held(session, currency, states, moment, whose, but)
                if spent + held + amount > cap[currency] + _ROUNDING:
                    return NotAllowed(
                        "spending_cap_studio" if whose is None else "spending_cap_account",
                        amount=amount,
                        cap=cap[currency],
                        currency=currency,
                        when=f"{end:%Y-%m-%d}",
                    )
        return None


@dataclass(frozen=True)
class _Quota:
    """A quota of 24 hours: of what, how many, and what is said when it would be passed."""

    kind: str
    limit: int | None
    over: str
    over_at_once: str

    def hold(self, demand: Demand, used: Mapping[datetime, Used], moment: datetime) -> None:
        """Refuse what is over it, and say when there is room again."""
        limit = self.limit
        if limit is None:
            return
        wanted: int = getattr(demand, self.kind)
        if wanted > limit:
            telemetry.limit_hit(self.over_at_once)
            raise NotAllowed(self.over_at_once, wanted=wanted, limit=limit)
        so_far = sum(getattr(one, self.kind) for one in used.values())
        if so_far + wanted <= limit:
            return
        left = so_far
        free = moment
        for hour, one in used.items():
            left -= getattr(one, self.kind)
            free = hour + usage.DAY
            if left + wanted <= limit:
                break
        telemetry.limit_hit(self.over)
        raise TooMany(
            self.over,
            used=so_far,
            wanted=wanted,
            limit=limit,
            when=f"{free:%Y-%m-%d %H:%M}",
            retry_after=max(1, int((free - moment).total_seconds()) + 1),
        )
