"""What a study compares: conditions checked, named, and put into orders."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from studio.locales import Note, note
from studio.problems import BadInput, Problem, TooLarge
from studio.store.study_tables import StudyCondition
from studio.studies.owner.words import one_line
from studio.takes.casting import DESCRIPTION
from studio.takes.condition import condition
from studio.takes.key import text_sha256
from studio.takes.order import ComparisonOrder, EngineOrder
from studio.takes.service import TakeService
from studio.takes.views import Aspects, TakePlan
from studio.voices.service import VoiceService

MOST = 12
LABEL_MOST_CHARACTERS = 120
SAMPLES = {
    "ko": "오늘 저녁에는 전국에 비가 오겠습니다.",
    "en": "This evening it will rain all over the country.",
}
"""Said, in thought, to learn what an engine makes of a condition before there is a text."""


class ConditionOrder(BaseModel):
    """A condition as a person puts it."""

    model_config = ConfigDict(extra="forbid")

    wanted: EngineOrder
    label: str = Field(default="", max_length=400)
    """As the result shows it; by default made of engine, voice and model."""
    voice_id: str | None = Field(default=None, max_length=64)
    """A cloned voice."""
    instruction: str = Field(default="", max_length=5000)

    @classmethod
    def of(cls, row: StudyCondition) -> "ConditionOrder":
        """The order that a condition was kept from."""
        return cls(
            wanted=EngineOrder.model_validate(row.wanted),
            label=row.label,
            voice_id=row.voice_id,
            instruction=row.instruction,
        )


@dataclass(frozen=True)
class Known:
    """A condition that was looked at, ready to be kept."""

    label: str
    condition: str
    engine: str
    wanted: dict[str, Any]
    voice_id: str | None
    instruction: str

    @property
    def same_as(self) -> tuple[str, str | None, str]:
        """Equal for conditions whose takes are the same."""
        return repr(sorted(self.wanted.items())), self.voice_id, self.instruction


def same_as(row: StudyCondition) -> tuple[str, str | None, str]:
    """:attr:`Known.same_as` of a row."""
    return repr(sorted(row.wanted.items())), row.voice_id, row.instruction


@dataclass(frozen=True)
class Outlook:
    """What an engine would make of a condition: why it refuses, else what becomes of each part."""

    refusal: Note | None = None
    aspects: Aspects | None = None


class Conditions:
    """Looks conditions up before they are kept.

    Args:
        takes: says what each engine would do.
        voices: knows cloned voices.
    """

    def __init__(self, takes: TakeService, voices: VoiceService) -> None:
        self._takes = takes
        self._voices = voices

    def known(self, owner: str, orders: Sequence[ConditionOrder], language: str) -> list[Known]:
        """Conditions as they are kept, with labels that differ.

        An engine that is not ready now may be: a draft can be written before it is installed.

        Raises:
            BadInput, TooLarge, NotFound: one of them cannot be ordered as it is:
                ``study_conditions_too_many``, ``study_condition_fallback``, an engine, voice,
                preset or option that is not there.
        """
        if len(orders) > MOST:
            raise TooLarge("study_conditions_too_many", count=len(orders), limit=MOST)
        found = []
        labels: set[str] = set()
        for number, order in enumerate(orders, 1):
            if order.wanted.fallback is not None:
                raise BadInput("study_condition_fallback", number=number)
            plan, asked = self._plan(owner, order, language)
            typed = one_line(order.label, "label", LABEL_MOST_CHARACTERS)
            if typed and typed in labels:
                raise BadInput("study_label_twice", label=typed)
            label = typed or self._default_label(owner, order, plan)
            label = _different(label, labels)
            labels.add(label)
            speaker = ""
            if plan.speaker == "designed":
                speaker = f"designed:{text_sha256(str(plan.options[DESCRIPTION]))[:12]}"
            found.append(
                Known(
                    label,
                    condition(plan.engine, plan.preset, asked.voice, speaker, plan.model),
                    plan.engine,
                    order.wanted.model_dump(mode="json"),
                    asked.voice,
                    asked.instruction,
                )
            )
        return found

    def outlook(self, owner: str, row: StudyCondition, language: str, text: str | None) -> Outlook:
        """What a condition's engine would make of a text now."""
        try:
            plan = self._plan(owner, ConditionOrder.of(row), language, text)[0]
        except Problem as problem:  # the voice was deleted, the engine removed since
            return Outlook(refusal=note(f"error.{problem.code}", **problem.params))
        return Outlook(plan.refusal, plan.aspects)

    def _plan(
        self, owner: str, order: ConditionOrder, language: str, text: str | None = None
    ) -> tuple[TakePlan, ComparisonOrder]:
        asked = ComparisonOrder(
            text=text or SAMPLES.get(language, SAMPLES["en"]),
            language=language,
            voice=order.voice_id or None,
            instruction=" ".join(order.instruction.split()),
            engines=[order.wanted],
        )
        return self._takes.plan(owner, asked)[0], asked

    def _default_label(self, owner: str, order: ConditionOrder, plan: TakePlan) -> str:
        who = plan.preset_title or plan.preset
        if order.voice_id:
            who = self._voices.get(owner, order.voice_id).name
        parts = [plan.title, who, plan.model]
        return " · ".join(part for part in parts if part)[:LABEL_MOST_CHARACTERS]


def _different(label: str, taken: set[str]) -> str:
    number, found = 1, label
    while found in taken:
        number += 1
        ending = f" ({number})"
        found = label[: LABEL_MOST_CHARACTERS - len(ending)] + ending
    return found


def groups(conditions: Sequence[StudyCondition], most: int) -> list[list[StudyCondition]]:
    """Conditions that one order can hold: of one voice and instruction, at most so many."""
    together: dict[tuple[str | None, str], list[StudyCondition]] = {}
    for one in conditions:
        together.setdefault((one.voice_id, one.instruction), []).append(one)
    return [
        some[start : start + most]
        for some in together.values()
        for start in range(0, len(some), most)
    ]


def order_of(
    text: str, language: str, some: Sequence[StudyCondition], *, retries: bool
) -> ComparisonOrder:
    """The order of one text from conditions of one group.

    Args:
        text: to be said.
        language: of the study.
        some: a group of :func:`groups`.
        retries: whether what the checks catch is made anew; by the study's plan.
    """
    wanted = [EngineOrder.model_validate(one.wanted) for one in some]
    if not retries:
        wanted = [one.model_copy(update={"retries": 0}) for one in wanted]
    return ComparisonOrder(
        text=text,
        language=language,
        voice=some[0].voice_id,
        instruction=some[0].instruction,
        engines=wanted,
        retries=None if retries else 0,
    )
