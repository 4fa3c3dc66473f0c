"""Text goes in as it is written and comes out spoken, sentence by sentence, over one WebSocket."""

import asyncio
import json
import time

import pytest
import websockets

from tests.dialects.openai_bench import OWNER, seconds, server
from tests.waiting import until

__all__ = ["server"]

CONFIG = {"type": "session.config", "model": "speaker", "voice": "ann", "response_format": "pcm"}


def text(words):
    return {"type": "input.text", "text": words}


DONE = {"type": "input.done"}


class Conversation:
    """A connection, and everything that came: messages, and sound as bytes, with its time."""

    def __init__(self, socket):
        self.socket = socket
        self.came = []

    async def say(self, *messages):
        for message in messages:
            raw = message if isinstance(message, str) else json.dumps(message)
            await self.socket.send(raw)

    async def until(self, kind, limit=60):
        """Everything up to a message of this type; the message."""
        while True:
            raw = await asyncio.wait_for(self.socket.recv(), limit)
            message = raw if isinstance(raw, bytes) else json.loads(raw)
            self.came.append((time.monotonic(), message))
            if not isinstance(raw, bytes) and message["type"] == kind:
                return message

    async def closed(self):
        await asyncio.wait_for(self.socket.wait_closed(), 15)
        return self.socket.close_code

    def messages(self, kind):
        return [m for _, m in self.came if not isinstance(m, bytes) and m["type"] == kind]

    def sound(self):
        return [m for _, m in self.came if isinstance(m, bytes)]


def talk(server, conversation, **connecting):
    async def run():
        address = server.address.replace("http", "ws") + "/v1/audio/speech/stream"
        async with websockets.connect(address, max_size=None, **connecting) as socket:
            return await conversation(Conversation(socket))

    return asyncio.run(run())


def test_a_sentence_is_heard_before_the_text_is_finished(server):
    async def conversation(talk):
        await talk.say({**CONFIG, "stream_audio": True})
        for word in ["say", "it", "now."]:
            await talk.say(text(word + " "))
        await talk.say(text("Th"))
        await talk.until("audio.done")
        early = len(b"".join(talk.sound()))
        await talk.say(text("e rest of it"), DONE)
        done = await talk.until("session.done")
        return talk, early, done

    talk_, early, done = talk(server, conversation)
    assert early > 10_000
    starts = talk_.messages("audio.start")
    assert [start["sentence_text"] for start in starts] == [
        "say it now.",
        "The rest of it",
    ]
    assert [start["sentence_index"] for start in starts] == [0, 1]
    assert {start["sample_rate"] for start in starts} == {24000}
    assert done == {"type": "session.done", "utterance_index": 0, "total_sentences": 2}
    ends = talk_.messages("audio.done")
    assert sum(end["total_bytes"] for end in ends) == len(b"".join(talk_.sound()))
    assert not any(end["error"] for end in ends)


def test_sound_streams_while_a_sentence_is_being_made(server):
    async def conversation(talk):
        await talk.say({**CONFIG, "stream_audio": True}, text("chunks 10 0.2 0.1"), DONE)
        await talk.until("session.done")
        return talk

    came = talk(server, conversation).came
    sound = [at for at, message in came if isinstance(message, bytes)]
    assert len(sound) >= 5
    assert sound[-1] - sound[0] > 0.5


def test_a_sentence_comes_as_one_file_unless_streaming_was_asked_for(server):
    async def conversation(talk):
        await talk.say({**CONFIG, "response_format": "mp3"})
        await talk.say(text("say the first one! Say the second one! "), DONE)
        await talk.until("session.done")
        return talk

    first, second = talk(server, conversation).sound()
    assert seconds("mp3", first) > 0.5
    assert seconds("mp3", second) > 0.5


def test_the_connection_and_its_settings_outlive_an_utterance(server):
    async def conversation(talk):
        await talk.say(CONFIG, text("say one"), DONE)
        await talk.until("session.done")
        await talk.say(text("say two"), DONE)
        await talk.until("session.done")
        await talk.say({**CONFIG, "voice": "bob"}, text("say three"), DONE, DONE)
        await talk.until("session.done")
        await talk.until("session.done")
        await talk.say({"type": "session.close"})
        return talk, await talk.closed()

    talk_, code = talk(server, conversation)
    assert code == 1000
    ends = talk_.messages("session.done")
    assert [(end["utterance_index"], end["total_sentences"]) for end in ends] == [
        (0, 1),
        (1, 1),
        (2, 1),
        (3, 0),
    ]
    takes = [start["take"] for start in talk_.messages("audio.start")]
    presets = [server.studio.takes.take(OWNER, take).preset for take in takes]
    assert presets == ["ann", "ann", "bob"]


def test_without_splitting_a_text_is_one_take(server):
    async def conversation(talk):
        await talk.say({**CONFIG, "split_granularity": "none"})
        await talk.say(text("say one. Say two! "), text("Say three."), DONE)
        await talk.until("session.done")
        return talk

    (start,) = talk(server, conversation).messages("audio.start")
    assert start["sentence_text"] == "say one. Say two! Say three."


def test_a_sentence_that_fails_is_told_and_the_next_one_is_spoken(server):
    async def conversation(talk):
        await talk.say({**CONFIG, "model": "speaker"}, text("say one! 雨が降る。 say three!"), DONE)
        await talk.until("session.done")
        return talk

    talk_ = talk(server, conversation)
    (error,) = talk_.messages("error")
    assert error["error"]["code"] == "language_unsupported"
    assert error["sentence_index"] == 1
    assert [end["error"] for end in talk_.messages("audio.done")] == [False, True, False]


WRONG = {
    "not json": ["nonsense"],
    "no object": ["[1]"],
    "text first": [text("say it")],
    "unknown voice": [{**CONFIG, "voice": "nobody"}],
    "unknown model": [{**CONFIG, "model": "gpt-9"}],
    "unknown field": [{**CONFIG, "ref_audio": "http://evil.example/x.wav"}],
    "speed 9": [{**CONFIG, "speed": 9}],
    "format": [{**CONFIG, "response_format": "exe"}],
    "too large": [CONFIG, text("x" * 200_000)],
    "far too much": [CONFIG, *[text("say it now! " * 900)] * 6],
}


@pytest.mark.parametrize("messages", WRONG.values(), ids=WRONG)
def test_what_cannot_be_followed_is_told_before_the_connection_is_closed(server, messages):
    async def conversation(talk):
        await talk.say(*messages)
        error = await talk.until("error")
        return error, await talk.closed()

    error, code = talk(server, conversation)
    assert len(error["message"]) > 15
    assert set(error["error"]) == {"message", "type", "param", "code"}
    assert code in (1008, 1009)


@pytest.mark.parametrize("message", ["nonsense", {"type": "x"}, {"type": "input.text"}])
def test_a_wrong_message_in_the_middle_does_no_harm(server, message):
    async def conversation(talk):
        await talk.say(CONFIG, text("say "), message, text("it"), DONE)
        await talk.until("session.done")
        return talk

    talk_ = talk(server, conversation)
    assert len(talk_.messages("error")) == 1
    assert talk_.messages("audio.start")[0]["sentence_text"] == "say it"


def test_whoever_leaves_ends_all_their_takes(server):
    async def conversation(talk):
        await talk.say({**CONFIG, "stream_audio": True})
        await talk.say(text("slowly 300 a! slowly 301 b! slowly 302 c! slowly 303 d! "))
        await talk.until("audio.start")
        return [talk.messages("audio.start")[0]["take"]]

    (take,) = talk(server, conversation)

    def all_ended():
        recent = server.studio.takes.recent(OWNER, 10)
        takes = [one.takes[0] for one in recent if one.text.startswith("slowly 30")]
        return takes and all(one.state == "cancelled" for one in takes)

    until(all_ended, 6)
    assert server.studio.takes.take(OWNER, take).state == "cancelled"


def test_pages_of_other_sites_cannot_open_one(server):
    async def conversation(talk):
        await talk.say(CONFIG)

    with pytest.raises(websockets.InvalidStatus) as refused:
        talk(server, conversation, origin="http://evil.example")
    assert refused.value.response.status_code == 403
