"""How a take's row changes: planned, handed to the fallback, answered from the store."""

from typing import Any

from studio.locales import Note, note
from studio.store.base import now
from studio.store.tables import Take
from studio.takes.casting import DESCRIPTION
from studio.takes.elsewhere.ticket import tear
from studio.takes.key import text_sha256
from studio.takes.parts_kept import planned_parts
from studio.takes.rows import title_and_licence
from studio.takes.spending import at_stake
from studio.takes.views import InsteadOf, TakePlan


def apply_plan(take: Take, plan: TakePlan, key: str, model_revision: str) -> None:
    """Write a plan into a row: queued, or failed where it was refused."""
    _speak(take, planned_json(plan))
    take.key, take.model_revision = key, model_revision
    standing_by = plan.fallback
    usable = standing_by is not None and standing_by.refusal is None
    take.request = {
        **take.request,
        "insistable": plan.insistable,
        **at_stake(plan),
        "fallback": planned_json(standing_by) if standing_by and usable else None,
    }
    if standing_by is not None and standing_by.refusal is not None:
        why = standing_by.refusal.params.get("reason")
        unusable = note(
            "take.warning.fallback_refused",
            engine=standing_by.title,
            reason=why if isinstance(why, Note) else standing_by.refusal,
        )
        take.warnings = [*take.warnings, unusable.to_json()]
        take.request = {**take.request, "planned_warnings": len(take.warnings)}
    forget_result(take)
    if plan.refusal is None:
        take.measures = planned_parts(plan.part_texts, plan.seed)
        take.state, take.error = "queued", None
    else:
        take.state, take.error, take.finished_at = "failed", plan.refusal.to_json(), now()


def planned_json(plan: TakePlan) -> dict[str, Any]:
    """What a row keeps of a plan, as JSON."""
    return {
        "engine": plan.engine,
        "preset": plan.preset,
        "preset_title": plan.preset_title,
        "speaker": plan.speaker,
        "voice": plan.voice,
        "instruction": plan.instruction,
        "options": plan.options,
        "seed": plan.seed,
        "checkpoints": list(plan.checkpoints),
        "model": plan.model,
        "retries": plan.retries.most,
        "attribution": plan.attribution,
        "aspects": plan.aspects.to_json(),
        "warnings": [warning.to_json() for warning in plan.warnings],
    }


def stand_in(take: Take, reason: Note) -> str | None:
    """Let a row's fallback, if it has one, take over from an engine that cannot; it is queued.

    Returns:
        the fallback's name.
    """
    planned = take.request.get("fallback")
    if planned is None:
        return None
    title, _ = title_and_licence(take.engine)
    instead_of = InsteadOf(engine=take.engine, title=title, reason=reason)
    forget_result(take)
    _speak(take, planned)
    take.key = take.model_revision = ""
    take.request = {**take.request, "fallback": None, "insistable": False}
    take.instead_of = instead_of.to_json()
    take.state, take.error = "queued", None
    return take.engine


def _speak(take: Take, planned: dict[str, Any]) -> None:
    """Write into a row who is to speak and how."""
    in_columns = ("engine", "preset", "model", "attribution", "aspects", "warnings")
    for name in in_columns:
        setattr(take, name, planned[name])
    take.speaker = ""
    if planned["speaker"] == "designed":
        take.speaker = f"designed:{text_sha256(str(planned['options'][DESCRIPTION]))[:12]}"
    rest = {name: value for name, value in planned.items() if name not in in_columns}
    take.request = {**take.request, **rest, "planned_warnings": len(take.warnings)}


def forget_result(take: Take) -> None:
    """Back to a take that nothing came of yet."""
    take.reused, take.device = False, ""
    take.instead_of = take.cost = None
    take.blob = take.sample_rate = take.seconds = take.rtf = take.ttfa_seconds = None
    take.measures = take.finished_at = take.rendered_at = None
    take.tries, take.not_before = 0, None
    tear(take)


def answer_from_store(take: Take, earlier: Take) -> None:
    """Let an earlier take with the same key be this one's result."""
    take.state, take.reused, take.error = "done", True, None
    take.blob, take.sample_rate, take.seconds = earlier.blob, earlier.sample_rate, earlier.seconds
    take.rtf, take.ttfa_seconds = earlier.rtf, earlier.ttfa_seconds
    take.measures, take.device = earlier.measures, earlier.device
    known = {str(warning) for warning in take.warnings}
    take.warnings = [*take.warnings, *(w for w in earlier.warnings if str(w) not in known)]
    take.rendered_at, take.finished_at = earlier.rendered_at, now()
