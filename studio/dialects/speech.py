"""OpenAI's speech API over the studio's takes: a request becomes an order of one engine."""

import contextlib
from dataclasses import dataclass

from studio.dialects.speech_models import Chosen, Models
from studio.dialects.speech_request import SessionConfig, SpeechRequest
from studio.dialects.speech_speed import speed_option
from studio.dialects.speech_voices import DEFAULT, STOCK, Speaking, VoiceNames, spoken_language
from studio.engines.contract import Preset
from studio.engines.registry import engine_class
from studio.locales import Note
from studio.problems import BadInput, NotFound, Problem, Unavailable
from studio.takes.order import ComparisonOrder, EngineOrder
from studio.takes.service import TakeService
from studio.takes.views import FINAL, TakePlan, TakeView


@dataclass(frozen=True)
class Ordered:
    """A take that was ordered for a client."""

    take: TakeView
    language: str
    """It is spoken in."""


class Speech:
    """Turns requests into takes.

    Args:
        models: finds engines.
        voices: finds voices.
        takes: renders.
    """

    def __init__(self, models: Models, voices: VoiceNames, takes: TakeService) -> None:
        self.models = models
        self.voices = voices
        self.takes = takes

    def check(self, owner: str, config: SessionConfig) -> None:
        """Whether there are the model and the voice that texts yet to come are to be spoken by.

        Raises:
            NotFound, BadInput: they are not; the texts will tell what else there may be to say.
        """
        chosen = self.models.named(config.model)
        if chosen is not None:
            self._speaking(owner, chosen.engine, config.voice_name)
            speed_option(chosen.kind, config.speed)

    def order(self, owner: str, request: SpeechRequest) -> Ordered:
        """Order what a client asks for; nothing is kept of what is refused.

        Raises:
            BadInput, TooLarge, NotFound: the request cannot be followed as it is, or the engine
                would speak with another voice than the one that was asked for.
            Unavailable: the engine cannot serve now.
        """
        chosen, speaking, language = self._cast(owner, request)
        options = {**chosen.options, **request.options}
        faster = speed_option(chosen.kind, request.speed)
        if faster.keys() & request.options.keys():
            raise BadInput("speed_given_twice", option=next(iter(faster)))
        wanted = EngineOrder(
            engine=chosen.engine,
            voice=speaking.preset.id if speaking.preset else None,
            options={**options, **faster},
            seed=request.seed,
            insist=request.insist,
            retries=0,  # whoever listens hears the first attempt; nobody would hear another
        )
        order = ComparisonOrder(
            text=request.input,
            language=language,
            voice=speaking.cloned.id if speaking.cloned else chosen.voice,
            instruction=request.instructions or chosen.instruction,
            engines=[wanted],
            retries=0,
        )
        (plan,) = self.takes.plan(owner, order)
        _hold(plan)
        (take,) = self.takes.create(owner, order).takes
        if take.state == "failed":  # something changed in between
            raise failure(take)
        return Ordered(take, language)

    def abandon(self, owner: str, take_id: str) -> None:
        """Nobody listens any more: stop a take that is not done yet."""
        with contextlib.suppress(NotFound):  # deleted meanwhile
            if self.takes.take(owner, take_id).state not in FINAL:
                self.takes.cancel(owner, take_id)

    def _cast(self, owner: str, request: SpeechRequest) -> tuple[Chosen, Speaking, str]:
        """The engine, who speaks, and in which language."""
        name = request.voice_name
        chosen = self.models.named(request.model)
        if chosen is not None:
            speaking = self._speaking(owner, chosen.engine, name)
            return chosen, speaking, self._language(request, speaking)
        cloned = self.voices.cloned(owner, name) if name else None
        speaking = Speaking(cloned=cloned)
        language = self._language(request, speaking)
        chosen = self.models.default(owner, language.partition("-")[0], clones=cloned is not None)
        if cloned is not None:
            return chosen, speaking, language
        if name in ("", DEFAULT, *STOCK):
            preset = self.voices.preset(chosen.engine, chosen.preset) if chosen.preset else None
            return chosen, Speaking(preset), language
        speaking = self._speaking(owner, chosen.engine, name)
        plain = Chosen(chosen.engine, chosen.options, instruction=chosen.instruction)
        return plain, speaking, self._language(request, speaking)

    def _speaking(self, owner: str, engine: str, name: str) -> Speaking:
        if name in ("", DEFAULT):
            return Speaking(self.voices.preset(engine, name) if name else None)
        if preset := self.voices.preset(engine, name):
            return Speaking(preset)
        if cloned := self.voices.cloned(owner, name):
            return Speaking(cloned=cloned)
        if not self.voices.presets(engine):
            return Speaking(Preset(name, name))  # the plan says what the engine is lacking
        raise self.voices.unknown(owner, engine, name)

    @staticmethod
    def _language(request: SpeechRequest, speaking: Speaking) -> str:
        return request.language_code or spoken_language(request.input, speaking)


def failure(take: TakeView) -> Problem:
    """Why a take has no sound, as the problem that a client is told."""
    if take.state == "cancelled":
        return Unavailable("speech_cancelled")
    return _problem(take.error or Note("error.take_failed"), Unavailable)


def _hold(plan: TakePlan) -> None:
    if plan.refusal is not None:
        kind = BadInput if plan.by_input or plan.insistable else Unavailable
        raise _problem(plan.refusal, kind)
    reference = plan.aspects.reference
    if reference.status == "ignored":
        engine = engine_class(plan.engine).card.title
        raise BadInput("voice_not_taken_on", engine=engine, reason=reference.note)  # type: ignore[arg-type]


def _problem(message: Note, kind: type[Problem]) -> Problem:
    return kind(message.code.removeprefix("error."), **message.params)  # type: ignore[arg-type]
