"""The official MCP client against the studio's tools, over HTTP, with and without accounts."""

import asyncio
import base64
import contextlib
import json

import httpx
import pytest
from mcp import ClientSession
from mcp.client.streamable_http import streamablehttp_client

from tests.api.clients_bench import *  # noqa: F403 (fixtures)
from tests.api.clients_bench import engines  # noqa: F401 (a fixture of fixtures)

PATH = "/gradio/gradio_api/mcp"
TOOLS = [
    "engines",
    "voices",
    "save_voice",
    "plan",
    "compare",
    "speak",
    "take",
    "cancel",
    "leaderboard",
]


@contextlib.asynccontextmanager
async def connected(studio, headers=None):
    async with (
        streamablehttp_client(f"{studio.address}{PATH}", headers=headers) as (read, write, _),
        ClientSession(read, write) as session,
    ):
        await session.initialize()
        yield session


def call(studio, tool, headers=None, progress=None, **arguments):
    async def go():
        async with connected(studio, headers) as session:
            return await session.call_tool(tool, arguments, progress_callback=progress)

    return asyncio.run(go())


def refusal(answer):
    assert answer.isError
    return answer.content[0].text


def save_voice(studio, clip, headers=None, **more):
    arguments = {
        "audio_base64": base64.b64encode(clip.read_bytes()).decode(),
        "name": "민지",
        "language": "ko",
        "consent": True,
        **more,
    }
    return call(studio, "save_voice", headers, **arguments)


@pytest.fixture(scope="module")
def voice(open_studio, clip):
    answer = save_voice(open_studio, clip)
    assert not answer.isError, answer.content
    return answer.structuredContent


def test_every_action_is_a_tool_that_says_what_it_takes_and_gives(open_studio):
    async def go():
        async with connected(open_studio) as session:
            return (await session.list_tools()).tools

    tools = {tool.name: tool for tool in asyncio.run(go())}
    assert list(tools) == TOOLS
    for tool in tools.values():
        assert tool.description
        assert tool.outputSchema or tool.name == "speak"
    asked = tools["compare"].inputSchema
    assert asked["required"] == ["text", "language", "engines"]
    assert asked["properties"]["engines"] == {
        "items": {"type": "string"},
        "title": "Engines",
        "type": "array",
    }
    assert tools["engines"].annotations.readOnlyHint
    assert not tools["compare"].annotations.readOnlyHint


def test_engines_are_listed(open_studio):
    answer = call(open_studio, "engines")
    assert "test_echo" in [one["name"] for one in answer.structuredContent["result"]]


def test_a_recording_becomes_a_voice_and_speaks_in_a_comparison_with_progress(open_studio, voice):
    steps = []

    async def progress(step, total, message):
        steps.append(message)

    answer = call(
        open_studio,
        "compare",
        progress=progress,
        text="Hello",
        language="en",
        engines=["test_echo", "test_slow"],
        voice=voice["id"],
    )
    made = answer.structuredContent
    assert [take["state"] for take in made["takes"]] == ["done", "done"]
    assert steps[0] == "0/2"
    assert steps[-1] == "2/2"
    for take in made["takes"]:
        assert httpx.get(take["audio_url"]).content[:4] == b"RIFF"


def test_speech_comes_with_the_answer(open_studio):
    answer = call(open_studio, "speak", text="안녕하세요", language="ko", engine="espeak")
    sound, facts = answer.content
    assert (sound.type, sound.mimeType) == ("audio", "audio/mpeg")
    assert base64.b64decode(sound.data)[:3] == b"ID3"
    assert json.loads(facts.text)["engine"] == "espeak"


def test_a_plan_and_a_board_are_answered(open_studio):
    planned = call(open_studio, "plan", text="Hi", language="en", engines=["test_echo"])
    assert planned.structuredContent["result"][0]["refusal"] is None
    assert call(open_studio, "leaderboard").structuredContent["votes"] == 0


@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        ("take", {"take": "../x"}, "no such take"),
        ("take", {}, "take"),
        ("plan", {"text": 5, "language": "en", "engines": []}, "text"),
        ("speak", {"text": "x", "language": "en", "engine": "nope"}, "no engine"),
        (
            "save_voice",
            {"audio_base64": "!", "name": "x", "language": "en", "consent": True},
            "audio_base64",
        ),
        ("format_disk", {}, "format_disk"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(open_studio, tool, arguments, words):
    assert words in refusal(call(open_studio, tool, **arguments))


def test_a_voice_without_consent_is_refused(open_studio, clip):
    assert "consent" in refusal(save_voice(open_studio, clip, consent=False))


def test_a_name_that_the_client_claims_for_the_server_leads_nowhere_else(open_studio):
    """Gradio's own MCP server connects to whatever stands in these headers."""
    body = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": "engines", "arguments": {}},
    }
    headers = {
        "Accept": "application/json, text/event-stream",
        "X-Forwarded-Host": "elsewhere.example",
    }
    answer = httpx.post(f"{open_studio.address}{PATH}", json=body, headers=headers)
    assert answer.status_code == 200
    assert "test_echo" in answer.text
    headers["Host"] = "elsewhere.example"
    assert httpx.post(f"{open_studio.address}{PATH}", json=body, headers=headers).status_code == 421


def test_with_accounts_a_tool_acts_for_the_key_s_person_alone(guarded, clip):
    mina, ada = guarded.keys["mina"], guarded.keys["ada"]
    hers = save_voice(guarded, clip, mina).structuredContent
    assert [one["id"] for one in call(guarded, "voices", mina).structuredContent["result"]] == [
        hers["id"]
    ]
    assert call(guarded, "voices", ada).structuredContent["result"] == []
    order = {"text": "Hello", "language": "en", "engines": ["test_echo"], "voice": hers["id"]}
    assert "no such voice" in refusal(call(guarded, "compare", ada, **order))
    (take,) = call(guarded, "compare", mina, **order).structuredContent["takes"]
    assert "no such take" in refusal(call(guarded, "take", ada, take=take["id"]))
    assert call(guarded, "take", mina, take=take["id"]).structuredContent["state"] == "done"


def test_with_accounts_nobody_calls_a_tool_without_a_key(guarded):
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    headers = {"Accept": "application/json, text/event-stream"}
    address = f"{guarded.address}{PATH}"
    assert httpx.post(address, json=body, headers=headers).status_code == 401
    rater = {**headers, **guarded.keys["rae"]}
    assert httpx.post(address, json=body, headers=rater).status_code == 403
