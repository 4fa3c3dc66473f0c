"""Named endpoints for Gradio's own client: typed, documented, without a page."""

import functools
import inspect
from collections.abc import AsyncGenerator, Callable
from typing import Any, get_args

import gradio as gr
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from typing_extensions import TypedDict

from studio.api.clients.asking import asker_of
from studio.api.clients.received import Received
from studio.api.dependencies import bare_language, language
from studio.audio.errors import AudioError
from studio.dialects.action_types import (
    ComparisonFacts,
    EngineFacts,
    PlanFacts,
    TakeFacts,
    VoiceFacts,
)
from studio.dialects.actions import Actions, Asker, Said
from studio.locales import Note, say
from studio.problems import BadInput, Problem
from studio.voices.saving import Application

STREAM = "takes"
"""Below Gradio's ``stream/``: where the files of takes are fetched."""


class FileFacts(TypedDict):
    """A file as Gradio's clients know it; they fetch it by themselves."""

    path: str
    url: str | None
    orig_name: str | None
    mime_type: str | None
    is_stream: bool
    meta: dict


class HeardTakeFacts(TakeFacts):
    """A take with its sound, once it is done: a WAV file."""

    audio: FileFacts | None


class HeardComparisonFacts(TypedDict):
    """The takes of one order, one for each engine that was asked."""

    id: str
    text: str
    language: str
    voice: str | None
    instruction: str
    final: bool
    takes: list[HeardTakeFacts]


def build(actions: Actions, received: Received, public_url: str) -> gr.Blocks:
    """The endpoints as a Gradio app.

    Args:
        actions: what they do.
        received: where recordings wait that were uploaded for them.
        public_url: where others reach the studio; empty: as their request says.
    """
    with gr.Blocks(title="Voice Studio", analytics_enabled=False) as blocks:
        for endpoint in _Endpoints(actions, received, public_url).all():
            gr.api(_refusing(endpoint), api_name=endpoint.__name__, concurrency_limit=None)
    return blocks.queue(max_size=1000)


class _Endpoints:
    """One method an endpoint; their docstrings and types are what clients are told."""

    def __init__(self, actions: Actions, received: Received, public_url: str) -> None:
        self._actions = actions
        self._received = received
        self._public_url = public_url

    def _asker(self, request: Any) -> Asker:
        return asker_of(HTTPConnection(connection_of(request).scope), self._public_url)

    def all(self) -> list[Callable[..., Any]]:
        return [
            self.engines,
            self.voices,
            self.save_voice,
            self.plan,
            self.compare,
            self.speak,
            self.take,
            self.cancel,
            self.leaderboard,
        ]

    async def engines(self, request: gr.Request) -> list[EngineFacts]:
        """All speech engines: what they can do, and which are ready."""
        return await run_in_threadpool(self._actions.engines, self._asker(request))

    async def voices(self, request: gr.Request) -> list[VoiceFacts]:
        """Your cloned voices, the newest first."""
        return await run_in_threadpool(self._actions.voices, self._asker(request))

    async def save_voice(  # noqa: PLR0913, PLR0917 (the fields of a form)
        self,
        recording: FileFacts,
        name: str,
        language: str,
        consent: bool,
        request: gr.Request,
        transcript: str = "",
        speaker: str = "",
    ) -> VoiceFacts:
        """Save a recording of 3 seconds or more as a voice.

        Parameters:
            recording: an audio file, by handle_file.
            name: what to call the voice.
            language: ISO 639 code of the language spoken in it.
            consent: true: the voice is your own, or its speaker named below has permitted it.
            transcript: what is said in it; empty: none is kept.
            speaker: whose voice it is; empty: your own.
        """
        asker = self._asker(request)
        upload = recording.get("upload") if isinstance(recording, dict) else None
        data = self._received.take(asker.owner, str(upload))
        application = Application(
            name=_text(name, "name"),
            language=_text(language, "language"),
            transcript=_text(transcript, "transcript"),
            speaker=_text(speaker, "speaker"),
            consent=consent is True,
            locale=asker.language,
        )
        return await run_in_threadpool(self._actions.save_voice, asker, data, application)

    async def plan(  # noqa: PLR0913, PLR0917 (the fields of an order)
        self,
        text: str,
        language: str,
        engines: list[str],
        request: gr.Request,
        voice: str = "",
        instruction: str = "",
    ) -> list[PlanFacts]:
        """What each engine would honour, approximate, ignore or refuse. Renders nothing.

        Parameters:
            text: what is to be said.
            language: ISO 639 code of the text.
            engines: their names; "engine:preset" for one of an engine's own voices.
            voice: id of a cloned voice; empty: the engines' own voices.
            instruction: how to say it.
        """
        said = Said(text, language, _list(engines), _text(voice, "voice"), instruction)
        return await run_in_threadpool(self._actions.plan, self._asker(request), said)

    async def compare(  # noqa: PLR0913, PLR0917 (the fields of an order)
        self,
        text: str,
        language: str,
        engines: list[str],
        request: gr.Request,
        voice: str = "",
        instruction: str = "",
    ) -> AsyncGenerator[HeardComparisonFacts]:
        """Have engines say one text, side by side. Tells progress; the last answer has all sound.

        Parameters:
            text: what is to be said.
            language: ISO 639 code of the text.
            engines: their names; "engine:preset" for one of an engine's own voices.
            voice: id of a cloned voice; empty: the engines' own voices.
            instruction: how to say it.
        """
        said = Said(text, language, _list(engines), _text(voice, "voice"), instruction)
        async for facts in self._actions.compare(self._asker(request), said):
            yield _heard_all(facts)

    async def speak(  # noqa: PLR0913, PLR0917 (the fields of an order)
        self,
        text: str,
        language: str,
        engine: str,
        request: gr.Request,
        voice: str = "",
        instruction: str = "",
        options: dict | None = None,
    ) -> FileFacts:
        """Have one engine say a text: the finished sound as a WAV file.

        Parameters:
            text: what is to be said.
            language: ISO 639 code of the text.
            engine: its name; "engine:preset" for one of its own voices.
            voice: id of a cloned voice; empty: the engine's own voice.
            instruction: how to say it.
            options: of the engine's own settings.
        """
        said = Said(text, language, [engine], _text(voice, "voice"), instruction, options or {})
        async for facts in self._actions.compare(self._asker(request), said):
            last = facts["takes"][0]
        if last["state"] != "done":
            raise gr.Error(last["error"] or last["state"], print_exception=False)
        return _file(last["id"])

    async def take(self, take: str, request: gr.Request) -> HeardTakeFacts:
        """One take as it stands, with its sound once it is done.

        Parameters:
            take: its id.
        """
        found = await run_in_threadpool(
            self._actions.take, self._asker(request), _text(take, "take")
        )
        return _heard(found)

    async def cancel(self, take: str, request: gr.Request) -> HeardTakeFacts:
        """Stop a take that is being made.

        Parameters:
            take: its id.
        """
        found = await run_in_threadpool(
            self._actions.cancel, self._asker(request), _text(take, "take")
        )
        return _heard(found)

    async def leaderboard(
        self,
        request: gr.Request,
        language: str = "",
        engine: str = "",
    ) -> dict:
        """How listeners rate engines and voices in blind comparisons, with 95 % intervals.

        Parameters:
            language: count only votes on texts in it (ISO 639); empty: all.
            engine: count only votes in which this engine took part; empty: all.
        """
        language = bare_language(_text(language, "language")) or ""
        engine = _text(engine, "engine")
        asker = self._asker(request)
        return await run_in_threadpool(self._actions.leaderboard, asker, language, engine)


def connection_of(request: Any) -> HTTPConnection:
    """The HTTP request behind what Gradio hands to a function."""
    return getattr(request, "request", None) or request


def _language(request: Any) -> str:
    return language(HTTPConnection(connection_of(request).scope))


def _refusing(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    """An endpoint whose refusals reach the client as the sentence a person would read."""

    def sentence(problem: Problem | AudioError, given: dict[str, Any]) -> gr.Error:
        note = Note(f"error.{problem.code}", problem.params)
        return gr.Error(say(_language(given["request"]), note), print_exception=False)

    signature = inspect.signature(endpoint)

    @functools.wraps(endpoint)
    async def answered(*arguments: Any, **named: Any) -> Any:
        try:
            return await endpoint(*arguments, **named)
        except (Problem, AudioError) as problem:
            raise sentence(problem, signature.bind(*arguments, **named).arguments) from None

    @functools.wraps(endpoint)
    async def told(*arguments: Any, **named: Any) -> AsyncGenerator[Any]:
        try:
            async for each in endpoint(*arguments, **named):
                yield each
        except (Problem, AudioError) as problem:
            raise sentence(problem, signature.bind(*arguments, **named).arguments) from None

    if not inspect.isasyncgenfunction(endpoint):
        return answered
    (each,) = get_args(signature.return_annotation)
    # What a client gets, again and again.
    told.__signature__ = signature.replace(return_annotation=each)  # type: ignore[attr-defined]
    return told


def _heard_all(facts: ComparisonFacts) -> HeardComparisonFacts:
    return {**facts, "takes": [_heard(take) for take in facts["takes"]]}


def _heard(facts: TakeFacts) -> HeardTakeFacts:
    return {**facts, "audio": _file(facts["id"]) if facts["state"] == "done" else None}


def _file(take_id: str) -> FileFacts:
    """Marked as a stream, so that Gradio looks for no such file on the disk."""
    name = f"{take_id}.wav"
    return FileFacts(
        path=f"{STREAM}/{name}",
        url=None,
        orig_name=name,
        mime_type="audio/wav",
        is_stream=True,
        meta={"_type": "gradio.FileData"},
    )


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise BadInput("field_invalid", field=name)
    return value


def _list(value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise BadInput("field_invalid", field="engines")
    return value
