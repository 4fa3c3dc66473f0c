"""MiniMax Speech: the adapter."""

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

from pydantic import BaseModel

from studio.engines.card import Card
from studio.engines.contract import (
    Asked,
    Engine,
    EngineProblem,
    Enrolment,
    Interpretation,
    Piece,
    Preset,
    ReferenceClip,
    Request,
    StopFlag,
)
from studio.engines.minimax import cloning, failures, mapping, options, speech, voices
from studio.engines.minimax.card import ADDRESS, CARD, DEFAULT_ADDRESS, KEY
from studio.engines.sentences import speakable
from studio.engines.services import settings
from studio.engines.services.refusals import Identity, voice_unknown
from studio.engines.services.service import CLONING_SECONDS, ROSTER_SECONDS, Service
from studio.engines.services.take import chunks_and_usage
from studio.locales import Note

_ROSTER_BYTES = 4 * 1024 * 1024


class MiniMax(Engine):
    """Speaks through MiniMax's T2A v2 API."""

    card: ClassVar[Card] = CARD
    Options: ClassVar[type[BaseModel]] = options.MiniMaxOptions

    def __init__(self) -> None:
        self._service: Service | None = None

    @classmethod
    def presets(cls, weights: Path | None) -> list[Preset]:
        return voices.published()

    @classmethod
    def interpret(cls, asked: Asked) -> Interpretation | None:
        """One emotion of MiniMax's list, and speed, pitch and volume."""
        return mapping.interpret(asked)

    @classmethod
    def refuse(cls, asked: Asked) -> Note | None:
        """An emotion or a language that the chosen model does not have."""
        return options.refusal(asked)

    def load(self, weights: Path | None, device: str) -> None:
        key = settings.secret(KEY, engine=CARD.title)
        base = settings.address(ADDRESS, DEFAULT_ADDRESS, engine=CARD.title)
        identity = Identity(CARD.title, urlsplit(base).netloc, KEY, ADDRESS, key)
        self._service = Service(
            identity,
            base,
            {"Authorization": f"Bearer {key}"},
            lambda _status, body: failures.refusal(body, identity),
        )

    def roster(self) -> list[Preset]:
        """All system voices, and those cloned or designed in the account outside the studio."""
        with self._loaded().another() as service:
            answer = service.run(
                service.json("POST", "/v1/get_voice", _ROSTER_BYTES, json={"voice_type": "all"}),
                seconds=ROSTER_SECONDS,
            )
        problem = failures.refusal(answer, service.identity)
        if problem is not None:
            raise problem
        return list(voices.listed(answer))

    def enroll(self, clip: ReferenceClip) -> Enrolment:
        """Upload the clip and have it cloned; what is kept is the voice's id."""
        service = self._loaded()
        file = cloning.recording(clip)
        voice = service.run(cloning.clone(service, file, clip.language), seconds=CLONING_SECONDS)
        return Enrolment(values={"voice_id": voice})

    def synthesize(self, request: Request, stop: StopFlag) -> Iterator[Piece]:
        service = self._loaded()
        if not speakable(request.text):
            raise EngineProblem("nothing_to_say", engine=CARD.title)
        sent = speech.body(request, self._voice(request))
        try:
            yield from chunks_and_usage(
                service.iterate(speech.speech(service, sent), stop),
                raw_rate=lambda: speech.RATE,
                identity=service.identity,
                stop=stop,
            )
        except EngineProblem as problem:
            if problem.params.get("number") not in failures.VOICE_LOST:
                raise
            raise voice_unknown(service.identity, request) from None

    def unload(self) -> None:
        if self._service is not None:
            self._service.close()
            self._service = None

    def _loaded(self) -> Service:
        if self._service is None:
            raise RuntimeError("load() comes first")
        return self._service

    def _voice(self, request: Request) -> str:
        if request.enrolment is not None:
            return str(request.enrolment.values["voice_id"])
        if not request.preset:
            raise EngineProblem("unknown_preset", engine=CARD.title, preset="")
        return request.preset
