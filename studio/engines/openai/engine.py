"""Compatible servers: the adapter, one engine for every server that the settings name."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import ClassVar

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
from studio.engines.openai import failures, options, voices, voices_api
from studio.engines.openai.card import SILENCE_SECONDS, card
from studio.engines.openai.servers import SERVERS, Server, configured
from studio.engines.openai.speech import Speech, body
from studio.engines.sentences import speakable
from studio.engines.services import settings
from studio.engines.services.refusals import Identity
from studio.engines.services.service import ROSTER_SECONDS, Service
from studio.engines.services.steps import Stopped
from studio.engines.services.take import chunks_and_usage
from studio.locales import Note, note


class OpenAi(Engine):
    """Speaks through one compatible server. Subclasses name it: see :class:`Servers`."""

    server: ClassVar[Server] = Server("", "")
    card: ClassVar[Card] = card(Server("", ""))
    Options: ClassVar[type[BaseModel]] = options.OpenAiOptions

    def __init__(self) -> None:
        self._service: Service | None = None
        self._model = ""
        self._known: set[str] | None = None
        self._first = ""

    @classmethod
    def presets(cls, weights: Path | None) -> list[Preset]:
        return voices.static(cls.server)

    @classmethod
    def interpret(cls, asked: Asked) -> Interpretation | None:
        """The words go to the server, which may or may not follow them."""
        return Interpretation({}, note("engine.openai.instruction_sent"), passes=True)

    @classmethod
    def refuse(cls, asked: Asked) -> Note | None:
        """Settings that contradict each other."""
        return options.refusal(asked)

    def load(self, weights: Path | None, device: str) -> None:
        """Ask the server for its models, which shows at once whether it is there."""
        server, title = self.server, self.card.title
        if not server.url:
            raise EngineProblem("openai_no_server", variable=SERVERS)
        base = settings.checked_address(server.url, SERVERS, engine=title)
        key = settings.secret(server.key_variable, engine=title, required=False)
        identity = Identity(title, server.host, server.key_variable, SERVERS, key)
        self._service = Service(
            identity,
            base,
            {"Authorization": f"Bearer {key}"} if key else {},
            lambda status, said: failures.refusal(status, said, identity),
            silence=SILENCE_SECONDS - 10,
            progress=SILENCE_SECONDS,
        )
        self._model = self._service.run(
            voices_api.default_model(self._service), seconds=ROSTER_SECONDS
        )
        told = note("engine.openai.model_default", model=self._model)
        self.remarks = [told if self._model else note("engine.openai.model_unknown")]

    def roster(self) -> list[Preset]:
        """The server's voices, save those cloned by a studio; none where it does not list them."""
        with self._loaded().another() as service:
            answer = service.run(voices_api.voice_list(service), seconds=ROSTER_SECONDS)
        return voices.listed(answer)

    def enroll(self, clip: ReferenceClip) -> Enrolment:
        """Give the clip to the server's voices API; what is kept is the voice's name there."""
        service = self._loaded()
        name = service.run(voices_api.upload(service, clip, self.card))
        self._known = None
        return Enrolment(values={"voice": name})

    def synthesize(self, request: Request, stop: StopFlag) -> Iterator[Piece]:
        service = self._loaded()
        if not speakable(request.text):
            raise EngineProblem("nothing_to_say", engine=self.card.title)
        chosen = options.OpenAiOptions.model_validate(dict(request.options))
        try:
            voice = self._voice(request, chosen, stop)
        except Stopped:
            return
        if stop.is_set():
            return
        sent = body(request, chosen.model or self._model, voice)
        speech = Speech(service, sent, chosen.sample_rate)
        yield from chunks_and_usage(
            service.iterate(speech.parts(), stop),
            raw_rate=lambda: speech.raw_rate,
            identity=service.identity,
            stop=stop,
        )

    def unload(self) -> None:
        if self._service is not None:
            self._service.close()
            self._service = None

    def _loaded(self) -> Service:
        if self._service is None:
            raise RuntimeError("load() comes first")
        return self._service

    def _voice(self, request: Request, chosen: options.OpenAiOptions, stop: StopFlag) -> str:
        """The voice to name; empty: the server's own default.

        One that is not in the server's list is refused here: servers would answer in words of
        their own, or with another voice.
        """
        if request.enrolment is not None:
            name = str(request.enrolment.values["voice"])
            if not self._lists(name, stop, again=True):
                raise EngineProblem("enrolment_lost", engine=self.card.title)
            return name
        if request.preset == voices.DEFAULT:
            # What stands in the options may be more than a name: a blend, say.
            if not chosen.voice.strip():
                self._lists("", stop)
            return chosen.voice.strip() or self._first
        static = {preset.id for preset in voices.static(self.server)}
        if not request.preset or not (
            request.preset in static or self._lists(request.preset, stop)
        ):
            raise EngineProblem(
                "unknown_preset", engine=self.card.title, preset=request.preset[:80]
            )
        return request.preset

    def _lists(self, name: str, stop: StopFlag, *, again: bool = False) -> bool:
        """Whether the server lists a voice; True also where it lists none or cannot be asked."""
        if again or self._known is None or (name and self._known and name not in self._known):
            service = self._loaded()
            try:
                answer = service.run(voices_api.voice_list(service), stop, seconds=ROSTER_SECONDS)
            except EngineProblem:
                answer = None  # the take itself will tell what is the matter
            self._known = voices.names(answer)
            self._first = next((preset.id for preset in voices.listed(answer)), "")
        return not self._known or name in self._known


class Servers:
    """The engines of all servers in the settings, and a plain one that says how to name one."""

    def members(self) -> Mapping[str, type[Engine]]:
        """Engines by server name; read from the environment, nothing is asked of the servers."""
        return {
            server.name: type("OpenAiServer", (OpenAi,), {"server": server, "card": card(server)})
            for server in configured()
        }


SERVER_ENGINES = Servers()
