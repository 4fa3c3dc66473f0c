"""The service of takes: orders in, views out. Everything belongs to an owner."""

from collections.abc import Callable, Sequence
from pathlib import Path

from sqlalchemy.orm import Session

from studio.engines.registry import engine_class
from studio.problems import Conflict
from studio.runtime.runtime import Runtime
from studio.settings import Settings
from studio.store.blobs import Blobs
from studio.store.database import Database
from studio.store.tables import Comparison, Take
from studio.takes.acceptance import LicenceService
from studio.takes.admission import Admission, Demand
from studio.takes.attempts import CHOSEN, another, attempts_of, stop
from studio.takes.bell import Bells
from studio.takes.elsewhere.by_ticket import ByTicket
from studio.takes.elsewhere.contract import Elsewhere
from studio.takes.keeping import Keeper
from studio.takes.keeping_parts import PartKeeper
from studio.takes.looking import Looking
from studio.takes.marks import Marking
from studio.takes.measuring import MEASURE, Measurer
from studio.takes.order import ComparisonOrder, EngineOrder
from studio.takes.ordering import apply, refused, wrong
from studio.takes.parts_kept import adopt_for
from studio.takes.parts_redo import demand as part_demand
from studio.takes.parts_redo import redone
from studio.takes.planner import Planner
from studio.takes.preparing import Preparer
from studio.takes.prices import Prices
from studio.takes.priorities import LATER, PERSON
from studio.takes.removal import Removal
from studio.takes.rendering import Renderer
from studio.takes.reports import Reports
from studio.takes.rows import new_comparison, new_take, take_of
from studio.takes.scheduler import Scheduler
from studio.takes.speakers import VoiceLookup
from studio.takes.speaking import Narrator
from studio.takes.spoken import readings_of, spoken_of
from studio.takes.views import FINAL, ComparisonView, TakePlan, TakeView

_MOST_ATTEMPTS = 12
"""Of one take, those asked for by hand included."""


class TakeService(Looking):
    """Plans, renders, measures, keeps and streams takes.

    Args:
        settings: limits and prices.
        database, blobs: where everything is kept.
        runtime: where engines run.
        voices: finds what an order says by voice id.
        licences: which licences were accepted.
        recogniser: finds the folder of the model that recognises speech, if there is one.
        measure: the function that measures, as ``package.module:name``.
        elsewhere: makes what renders some engines' takes on other machines; it is told the bells
            to ring by comparison id.
    """

    def __init__(  # noqa: PLR0913, PLR0917 (the services it is built on)
        self,
        settings: Settings,
        database: Database,
        blobs: Blobs,
        runtime: Runtime,
        voices: VoiceLookup,
        licences: LicenceService,
        recogniser: Callable[[], Path | None] = lambda: None,
        measure: str = MEASURE,
        elsewhere: Callable[[Bells], Elsewhere] | None = None,
    ) -> None:
        prices = Prices(settings.prices)
        bells = Bells()
        self.admission = Admission(settings)
        self._reports = Reports(wanted=settings.measure)
        self.planner = Planner(settings, database, blobs, runtime, voices, licences, prices)
        preparer = Preparer(database, blobs, runtime, voices, licences, self._reports)
        keeper = Keeper(database, blobs, prices, self._reports, settings.take_tries)
        narrator = Narrator(runtime, preparer, PartKeeper(database, blobs, keeper))
        renderer = Renderer(
            database,
            runtime,
            narrator,
            preparer,
            keeper,
            self.admission,
            bells,
            settings.take_backoff_seconds,
            elsewhere(bells) if elsewhere else None,
        )
        self.by_ticket = ByTicket(database, narrator, preparer, keeper)
        super().__init__(database, blobs, renderer, voices, bells)
        self.measurer = Measurer(
            database, blobs, runtime, voices, self._reports, self._changed, recogniser, measure
        )
        self.scheduler = Scheduler(settings, database, renderer, self.measurer, bells)
        self.removal = Removal(database, blobs, self.cancel)
        self.marking = Marking(database, bells)

    def start(self) -> None:
        """Render what is queued, now or as soon as no other process does."""
        self._blobs.sweep()
        self.scheduler.start()

    def close(self) -> None:
        """End event streams; let running takes end for a while, and hand back what is left."""
        self._closed = True
        self._bells.ring_all()
        self.scheduler.close()

    # ordering

    def plan(self, owner: str, order: ComparisonOrder) -> list[TakePlan]:
        """What each engine of an order will honour, approximate, ignore or refuse. Keeps nothing.

        Raises:
            BadInput, TooLarge, NotFound: the order is wrong as a whole.
        """
        order, voice = self.planner.checked(owner, order)
        return [self.planner.plan(owner, order, wanted, voice) for wanted in order.engines]

    def create(
        self,
        owner: str,
        order: ComparisonOrder,
        study: str | None = None,
        beside: Callable[[Session, str, Sequence[str]], None] | None = None,
    ) -> ComparisonView:
        """Order takes. All rows are kept in one transaction; a refused engine is a failed take.

        Args:
            owner: whose they are.
            order: what is to be said by whom.
            study: the study they are for; then they are in no other list and no other pool.
            beside: writes in the same transaction, told the comparison's id and those of the takes
                in the order of the engines.

        Raises:
            BadInput, TooLarge, NotFound: the order is wrong as a whole, or every engine refuses it
                for what it asks (not for a study: its list of takes says so).
            TooMany, NotAllowed: a quota or a spending cap, see `Admission.admit`.
        """
        order, voice = self.planner.checked(owner, order)
        planned = [self.planner.planned(owner, order, wanted, voice) for wanted in order.engines]
        if study is None and all(wrong(item.plan) for item in planned):
            raise refused(planned[0].plan)

        def keep(session: Session) -> tuple[Comparison, list[Take]]:
            comparison = new_comparison(owner, order)
            comparison.study_id = study
            session.add(comparison)
            session.flush()  # takes refer to it
            takes = []
            for position, item in enumerate(planned):
                take = new_take(comparison, position, item.wanted, order.retries)
                take.priority = PERSON if study is None else LATER
                apply(take, item)
                takes.append(take)
            self.admission.admit(session, owner, Demand.of(takes, order.spoken))
            session.add_all(takes)
            session.flush()  # so do reports to takes
            adopt_for(session, comparison, takes)
            for take in takes:
                if take.state == "done":
                    self._reports.ask(session, take)
            if beside is not None:
                beside(session, comparison.id, [take.id for take in takes])
            return comparison, takes

        comparison, takes = self._database.write(keep)
        self._renderer.enqueue(take for take in takes if take.state == "queued")
        self._reports.wake()
        return self.comparison(owner, comparison.id)

    def cancel(self, owner: str, take_id: str) -> TakeView:
        """Stop a take and whatever attempts at it may be under way or follow.

        What is final already stays as it is.

        Raises:
            NotFound: ``unknown_take``.
        """

        def mark(session: Session) -> tuple[Take, list[Take]]:
            take, _ = take_of(session, owner, take_id)
            return take, stop(session, take)

        take, cancelled = self._database.write(mark)
        for attempt in cancelled:
            self._renderer.stop(attempt.id)
        if cancelled:
            self._bells.ring(take.comparison_id)
        return self._shown(take)

    def another(self, owner: str, take_id: str) -> TakeView:
        """Make one more attempt at a take, with another seed, because a person wants to hear it.

        Raises:
            NotFound: ``unknown_take``, or its engine is gone.
            Conflict: ``attempt_not_done``, ``attempt_under_way``, ``attempts_too_many`` or
                ``attempt_would_be_same``.
            TooMany, NotAllowed: a quota or a spending cap, see `Admission.admit`.
        """
        return self._attempt(owner, take_id, None)

    def redo_part(self, owner: str, take_id: str, index: int) -> TakeView:
        """Make one part of a take again with another seed: an attempt that shares the other parts.

        Args:
            owner: whose take it is.
            take_id: the take, any attempt.
            index: of the part, from 0.

        Raises:
            NotFound: ``unknown_part``, and as :meth:`another`.
            Conflict, TooMany, NotAllowed: as :meth:`another`.
        """
        return self._attempt(owner, take_id, index)

    def choose(self, owner: str, take_id: str) -> TakeView:
        """Let an attempt stand for all, whatever its checks say.

        Raises:
            NotFound: ``unknown_take``.
            Conflict: ``attempt_not_done``.
        """

        def write(session: Session) -> Take:
            take, _ = take_of(session, owner, take_id)
            if take.state != "done":
                raise Conflict("attempt_not_done")
            first = attempts_of(session, take)[0]
            first.request = {**first.request, CHOSEN: take.id}
            return take

        take = self._database.write(write)
        self._bells.ring(take.comparison_id)
        return self._shown(take)

    def _attempt(self, owner: str, take_id: str, part: int | None) -> TakeView:
        def add(session: Session) -> Take:
            take, comparison = take_of(session, owner, take_id)
            attempts = attempts_of(session, take)
            card = engine_class(take.engine).card
            if attempts[0].state != "done" or (part is not None and take.state != "done"):
                raise Conflict("attempt_not_done")
            if any(attempt.state not in FINAL for attempt in attempts):
                raise Conflict("attempt_under_way")
            if len(attempts) >= _MOST_ATTEMPTS:
                raise Conflict("attempts_too_many", count=len(attempts), limit=_MOST_ATTEMPTS)
            if not card.varies:
                raise Conflict("attempt_would_be_same", engine=card.title)
            with session.no_autoflush:
                if part is None:
                    added = another(session, attempts, waited_for=True)
                    demand = Demand.of([added], spoken_of(comparison))
                else:
                    added = redone(session, take, attempts, part)
                    demand = part_demand(added, take, part)
                self.admission.admit(session, owner, demand)
            return added

        take = self._database.write(add)
        self._changed(take.comparison_id, take)
        return self._shown(take)

    def retry(self, owner: str, take_id: str, *, insist: bool = False) -> TakeView:
        """Render a failed or cancelled take anew, with the same seed, planned by today's facts.

        Args:
            owner: whose take it is.
            take_id: the take.
            insist: render although the studio advised against it.

        Raises:
            NotFound: ``unknown_take``, or its voice is gone.
            Conflict: ``take_not_retryable``.
            TooMany, NotAllowed: a quota or a spending cap, see `Admission.admit`.
        """
        with self._database.read() as session:
            take, comparison = take_of(session, owner, take_id)
        if take.state not in ("failed", "cancelled"):
            raise Conflict("take_not_retryable")
        wanted = EngineOrder.model_validate(take.request["wanted"])
        if insist:
            wanted = wanted.model_copy(update={"insist": True})
        order = ComparisonOrder(
            text=comparison.text,
            readings=readings_of(comparison),
            language=comparison.language,
            voice=comparison.voice_id,
            instruction=comparison.instruction,
            engines=[wanted],
            retries=take.request.get("retries_ordered"),
        )
        order, voice = self.planner.checked(owner, order)
        planned = self.planner.planned(owner, order, wanted, voice)

        def again(session: Session) -> Take:
            row, _ = take_of(session, owner, take_id)
            if row.state not in ("failed", "cancelled"):
                raise Conflict("take_not_retryable")
            with session.no_autoflush:
                row.request = {**row.request, "wanted": wanted.model_dump(mode="json")}
                row.priority = PERSON
                apply(row, planned)
                self.admission.admit(session, owner, Demand.of([row], order.spoken))
            if row.state == "done":
                adopt_for(session, comparison, [row])
                self._reports.ask(session, row)
            return row

        take = self._database.write(again)
        self._changed(take.comparison_id, take if take.state == "queued" else None)
        self._reports.wake()
        return self._shown(take)

    def _changed(self, comparison_id: str, queued: Take | None) -> None:
        """Something was committed: tell listeners, render what is queued."""
        if queued is not None:
            self._renderer.enqueue([queued])
        self._bells.ring(comparison_id)
