"""Which engines the studio page offers now, and what it says of the others."""

import html
from collections.abc import Iterable
from typing import TYPE_CHECKING

from studio.engines.card import Card
from studio.engines.registry import engine_class
from studio.locales import say
from studio.runtime.report import EngineState
from studio.runtime.sets import in_packages
from studio.ui.texts import Texts

if TYPE_CHECKING:
    from studio.wiring import Studio

_READY = frozenset({"ready", "loaded"})


def states(studio: "Studio") -> dict[str, EngineState]:
    """Where every engine stands, licences included, by name."""
    found = {}
    for state in studio.runtime.states():
        if state.state in _READY and not studio.licences.accepted(state.name):
            state = state.model_copy(update={"state": "licence_not_accepted"})  # noqa: PLW2901
        found[state.name] = state
    return found


def usable(state: EngineState) -> bool:
    """Whether an engine can be asked to render: one that broke down starts afresh."""
    return state.state in _READY or (state.state == "failed" and bool(state.model_revision))


def needs_nothing(card: Card) -> bool:
    """Whether an engine is ready from the start, as far as its card and the packages tell.

    What the page shows until it has asked how each engine stands.
    """
    return (
        not card.licence.acceptance
        and card.environment.kind == "shared"
        and card.price is None
        and not any(variable.required for variable in card.variables)
        and (not card.weights or any(map(in_packages, card.weights)))
    )


def waiting(found: Iterable[EngineState], t: Texts) -> str:
    """The engines that are not ready, folded away, each with the reason and a link to its card.

    Returns:
        HTML; empty where all are ready.
    """
    lines = [_line(state, t) for state in found if not usable(state)]
    if not lines:
        return ""
    form = "one" if len(lines) == 1 else "other"
    summary = html.escape(t(f"studio.waiting_{form}", count=len(lines)))
    link = f'<a href="engines">{html.escape(t("studio.waiting_link"))}</a>'
    return (
        f'<details class="vs-waiting"><summary>{summary}</summary>'
        f"<ul>{''.join(lines)}</ul><p>{link}</p></details>"
    )


def _line(state: EngineState, t: Texts) -> str:
    try:
        title = engine_class(state.name).card.title
    except Exception:  # noqa: BLE001 - a plugin that does not import has no card
        title = state.name
    key = f"engine_state.{state.state}"
    words = t(key) if t.has(key) else state.state
    if state.state == "failed" and state.detail is not None:
        words = say(t.language, state.detail)
    name = html.escape(state.name)
    return (
        f'<li data-engine="{name}"><a href="engines#engine-{name}">{html.escape(title)}</a>'
        f" <span>{html.escape(words)}</span></li>"
    )
