"""The main actions as MCP tools, over HTTP without sessions.

Ours and not Gradio's, whose MCP server calls itself over HTTP under the name that a client sends as
``Host``, with that client's key, and fetches any address that is given as a file.
"""

import base64
import binascii
import inspect
import json
from collections.abc import Callable
from typing import Any, Literal

from mcp import types
from mcp.server.fastmcp.tools.base import Tool
from mcp.server.lowlevel import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection

from studio import __version__
from studio.api.clients.asking import asker_of
from studio.api.dependencies import bare_language
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
from studio.takes.exports import Exports
from studio.voices.saving import Application

_READING = ("engines", "voices", "plan", "take", "leaderboard")
_INSTRUCTIONS = (
    "Text-to-speech on many engines side by side. Look at `engines` first; order with `speak` (one "
    "engine, the sound comes with the answer) or `compare` (several; sounds at their audio_url). "
    "Every answer says what an engine did not honour: pass that on."
)
_MP3 = "audio/mpeg"


def build(actions: Actions, exports: Exports, public_url: str) -> StreamableHTTPSessionManager:
    """The tools behind MCP's streamable HTTP transport.

    Args:
        actions: what they do.
        exports: makes the files of takes.
        public_url: where others reach the studio; empty: as their request says.
    """
    server: Server[Any, Any] = Server(
        "Voice Studio", version=__version__, instructions=_INSTRUCTIONS
    )
    methods = _Tools(server, actions, exports, public_url)
    tools = {tool.name: tool for tool in map(_tool, methods.all())}

    @server.list_tools()  # type: ignore[no-untyped-call,untyped-decorator,unused-ignore]
    async def list_tools() -> list[types.Tool]:
        return [_described(tool) for tool in tools.values()]

    @server.call_tool(validate_input=False)  # type: ignore[untyped-decorator,unused-ignore]
    async def call_tool(name: str, arguments: dict[str, Any]) -> Any:
        tool = tools.get(name)
        if tool is None:
            return _failed(f"No such tool: {name[:80]}")
        try:
            made = await tool.fn_metadata.call_fn_with_arg_validation(
                tool.fn, tool.is_async, arguments, None
            )
        except ValidationError as fault:
            return _failed("; ".join(_fault(error) for error in fault.errors()[:5]))
        except (Problem, AudioError) as problem:
            note = Note(f"error.{problem.code}", problem.params)
            return _failed(say(methods.asker().language, note))
        return tool.fn_metadata.convert_result(made)

    return StreamableHTTPSessionManager(app=server, stateless=True)


class _Tools:
    """One method a tool; their docstrings and types are what clients are told."""

    def __init__(
        self, server: "Server[Any, Any]", actions: Actions, exports: Exports, public_url: str
    ) -> None:
        self._server = server
        self._actions = actions
        self._exports = exports
        self._public_url = public_url

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

    def asker(self) -> Asker:
        request: HTTPConnection = self._server.request_context.request  # type: ignore[assignment]
        return asker_of(request, self._public_url)

    async def engines(self) -> list[EngineFacts]:
        """All speech engines: what they can do, which are ready, and their own voices (presets)."""
        return await run_in_threadpool(self._actions.engines, self.asker())

    async def voices(self) -> list[VoiceFacts]:
        """The user's cloned voices, the newest first."""
        return await run_in_threadpool(self._actions.voices, self.asker())

    async def save_voice(  # noqa: PLR0913, PLR0917 (the fields of a form)
        self,
        audio_base64: str,
        name: str,
        language: str,
        consent: bool,
        transcript: str = "",
        speaker: str = "",
    ) -> VoiceFacts:
        """Save a recording of 3 seconds or more as a voice to clone.

        audio_base64 is the audio file (WAV, FLAC, MP3, Ogg, M4A …), at most 700 kB; language the
        ISO 639 code of what is spoken in it. consent must only be true if the user said so: the
        voice is their own, or its speaker, named in speaker, has permitted it. transcript is what
        is said in the recording, if known.
        """
        asker = self.asker()
        try:
            data = base64.b64decode(audio_base64, validate=True)
        except (binascii.Error, ValueError):
            raise BadInput("field_invalid", field="audio_base64") from None
        application = Application(
            name=name,
            language=language,
            transcript=transcript,
            speaker=speaker,
            consent=consent,
            locale=asker.language,
        )
        return await run_in_threadpool(self._actions.save_voice, asker, data, application)

    async def plan(
        self, text: str, language: str, engines: list[str], voice: str = "", instruction: str = ""
    ) -> list[PlanFacts]:
        """What each engine would honour, approximate, ignore or refuse. Renders nothing.

        Arguments as for compare.
        """
        said = Said(text, language, engines, voice, instruction)
        return await run_in_threadpool(self._actions.plan, self.asker(), said)

    async def compare(
        self, text: str, language: str, engines: list[str], voice: str = "", instruction: str = ""
    ) -> ComparisonFacts:
        """Have several engines say one text, side by side; answers when all are done.

        language is the ISO 639 code of the text; engines are names, "engine:preset" for one of an
        engine's own voices; voice is the id of a cloned voice, empty for the engines' own;
        instruction says how to say it. Each take's sound is at its audio_url.
        """
        return await self._told(Said(text, language, engines, voice, instruction))

    async def speak(  # noqa: PLR0913, PLR0917 (the fields of an order)
        self,
        text: str,
        language: str,
        engine: str,
        voice: str = "",
        instruction: str = "",
        options: dict[str, Any] | None = None,
    ) -> list[types.AudioContent | types.TextContent]:
        """Have one engine say a text; the sound (MP3) comes with the answer, and facts about it.

        Arguments as for compare; options are values of the engine's own settings.
        """
        said = Said(text, language, [engine], voice, instruction, options or {})
        take = (await self._told(said))["takes"][0]
        facts = types.TextContent(type="text", text=json.dumps(take, ensure_ascii=False))
        if take["state"] != "done":
            return [facts]
        kind: Literal["mp3"] = "mp3"
        file = await run_in_threadpool(self._exports.export, self.asker().owner, take["id"], kind)
        data = base64.b64encode(file.data).decode()
        return [types.AudioContent(type="audio", data=data, mimeType=_MP3), facts]

    async def take(self, take: str) -> TakeFacts:
        """One take (by its id) as it stands."""
        return await run_in_threadpool(self._actions.take, self.asker(), take)

    async def cancel(self, take: str) -> TakeFacts:
        """Stop a take (by its id) that is being made."""
        return await run_in_threadpool(self._actions.cancel, self.asker(), take)

    async def leaderboard(self, language: str = "", engine: str = "") -> dict[str, Any]:
        """How listeners rate engines and voices in blind comparisons, with 95 % intervals.

        language and engine narrow the votes that count; empty: all.
        """
        found = (self.asker(), bare_language(language) or "", engine)
        return await run_in_threadpool(self._actions.leaderboard, *found)

    async def _told(self, said: Said) -> ComparisonFacts:
        """The finished comparison; a client that wants to know hears of every step."""
        context = self._server.request_context
        token = context.meta.progressToken if context.meta else None
        step = 0
        async for facts in self._actions.compare(self.asker(), said):
            step += 1
            if token is not None:
                over = sum(take["state"] not in ("queued", "running") for take in facts["takes"])
                await context.session.send_progress_notification(
                    token,
                    step,
                    message=f"{over}/{len(facts['takes'])}",
                    related_request_id=str(context.request_id),
                )
        return facts


def _tool(method: Callable[..., Any]) -> Tool:
    structured = False if method.__name__ == "speak" else None  # a sound is no structure
    return Tool.from_function(
        method, description=inspect.getdoc(method), structured_output=structured
    )


def _described(tool: Tool) -> types.Tool:
    return types.Tool(
        name=tool.name,
        description=tool.description,
        inputSchema=tool.parameters,
        outputSchema=tool.output_schema,
        annotations=types.ToolAnnotations(
            readOnlyHint=tool.name in _READING, destructiveHint=False, openWorldHint=False
        ),
    )


def _failed(sentence: str) -> types.CallToolResult:
    content = [types.TextContent(type="text", text=sentence)]
    return types.CallToolResult(content=content, isError=True)


def _fault(error: Any) -> str:
    return f"{'.'.join(str(part) for part in error['loc'])}: {error['msg']}"
