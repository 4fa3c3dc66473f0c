"""ElevenLabs: the adapter."""

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

from pydantic import BaseModel

from studio.audio.encode import wav
from studio.audio.resample import resample
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
from studio.engines.elevenlabs import failures, options, tags, voices
from studio.engines.elevenlabs.account import PCM, RATE, Account
from studio.engines.elevenlabs.card import ADDRESS, CARD, DEFAULT_ADDRESS, KEY
from studio.engines.sentences import speakable
from studio.engines.services import settings
from studio.engines.services.clip import measured
from studio.engines.services.refusals import Identity, voice_unknown
from studio.engines.services.service import CLONING_SECONDS, ROSTER_SECONDS, Service
from studio.engines.services.take import chunks_and_usage
from studio.locales import Note

_HIGHEST_RATE = 24000
"""Hz; three minutes at this rate and 16 bits stay below 10 MB."""


class ElevenLabs(Engine):
    """Speaks through ElevenLabs' API."""

    card: ClassVar[Card] = CARD
    Options: ClassVar[type[BaseModel]] = options.ElevenLabsOptions

    def __init__(self) -> None:
        self._service: Service | None = None
        self._account: Account | None = None

    @classmethod
    def presets(cls, weights: Path | None) -> list[Preset]:
        return voices.published()

    @classmethod
    def interpret(cls, asked: Asked) -> Interpretation | None:
        """Audio tags where the model takes them, and speed."""
        return tags.interpret(asked)

    @classmethod
    def refuse(cls, asked: Asked) -> Note | None:
        """A text, a language or a setting that the chosen model does not take."""
        return options.refusal(asked)

    def load(self, weights: Path | None, device: str) -> None:
        key = settings.secret(KEY, engine=CARD.title)
        base = settings.address(ADDRESS, DEFAULT_ADDRESS, engine=CARD.title)
        identity = Identity(CARD.title, urlsplit(base).netloc, KEY, ADDRESS, key)
        self._service = Service(
            identity, base, {}, lambda _status, body: failures.refusal(body, identity)
        )
        self._account = _account(self._service)

    def roster(self) -> list[Preset]:
        """The account's voices, cloned and added ones too, save those cloned by a studio."""
        with self._loaded()[0].another() as service:
            return service.run(_account(service).voices(), seconds=ROSTER_SECONDS)

    def enroll(self, clip: ReferenceClip) -> Enrolment:
        """Upload the clip as an instant voice clone; what is kept is the voice's id."""
        service, account = self._loaded()
        measured(clip, CARD)
        rate = min(clip.sample_rate, _HIGHEST_RATE)
        file = wav(resample(clip.samples, clip.sample_rate, rate), rate)
        voice = service.run(account.clone(file, clip.language), seconds=CLONING_SECONDS)
        return Enrolment(values={"voice_id": voice})

    def synthesize(self, request: Request, stop: StopFlag) -> Iterator[Piece]:
        service, account = self._loaded()
        if not speakable(request.text):
            raise EngineProblem("nothing_to_say", engine=CARD.title)
        parts = service.iterate(account.speech(request, self._voice(request)), stop)
        try:
            yield from chunks_and_usage(
                parts,
                raw_rate=lambda: RATE if account.form == PCM else None,
                identity=service.identity,
                stop=stop,
            )
        except EngineProblem as problem:
            if problem.code != failures.VOICE_LOST:
                raise
            raise voice_unknown(service.identity, request) from None

    def unload(self) -> None:
        if self._service is not None:
            self._service.close()
            self._service = self._account = None

    def _loaded(self) -> tuple[Service, Account]:
        if self._service is None or self._account is None:
            raise RuntimeError("load() comes first")
        return self._service, self._account

    def _voice(self, request: Request) -> str:
        voice = request.preset
        if request.enrolment is not None:
            voice = str(request.enrolment.values["voice_id"])
        if not voice.isalnum() or not voice.isascii():  # it becomes part of an address
            raise EngineProblem("unknown_preset", engine=CARD.title, preset=voice[:80])
        return voice


def _account(service: Service) -> Account:
    from elevenlabs.client import AsyncElevenLabs

    client = AsyncElevenLabs(
        base_url=service.base, api_key=service.identity.secret, httpx_client=service.client
    )
    return Account(client, service)
