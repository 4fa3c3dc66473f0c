"""A MiniMax of ours: T2A v2, file upload, voice cloning and the voice list over real HTTP."""

import contextlib
import io
import json
import math
import threading
import wave

import numpy as np

from tests.engines.benches.local_server import LocalServer

KEY = "bench-key-7f3a91"
SECONDS_PER_CHARACTER = 0.06
CLONED = "MyNarrator2024"


def tone(seconds, rate, hertz=220.0):
    """16-bit PCM of a steady tone."""
    wave_ = 0.3 * np.sin(2 * math.pi * hertz * np.arange(round(seconds * rate)) / rate)
    return (wave_ * 32767).astype("<i2").tobytes()


class MiniMaxBench:
    """The service's state. Tests set what goes wrong.

    trouble: name of a method ``_speak_<trouble>`` for the next answers.
    number: an error number for every answer, with HTTP 200.
    """

    def __init__(self):
        self.server = LocalServer(self._respond)
        self.trouble = ""
        self.number = 0
        self.pause = 0.0
        self.go = threading.Event()
        self.voices = {CLONED}
        self.files = {}

    @contextlib.contextmanager
    def running(self):
        with self.server.running():
            yield self

    @property
    def environment(self):
        return {"STUDIO_MINIMAX_API_KEY": KEY, "STUDIO_MINIMAX_URL": self.server.url}

    def asked(self, path):
        return [one for one in self.server.asked if one.path == path]

    def _respond(self, asked, answer):
        if asked.headers.get("authorization") != f"Bearer {KEY}":
            given = asked.headers.get("authorization", "")
            return answer.whole(200, _error(1004, f"login fail: {given} is no key"))
        if self.number:
            return answer.whole(200, _error(self.number, f"told {self.number}"))
        return {
            "/v1/t2a_v2": self._speak,
            "/v1/files/upload": self._upload,
            "/v1/voice_clone": self._clone,
            "/v1/get_voice": self._voices,
        }.get(asked.path, lambda _, back: back.whole(404))(asked, answer)

    # speaking

    def _speak(self, asked, answer):
        order = asked.json
        voice = order["voice_setting"]["voice_id"]
        if voice not in self.voices and "_" not in voice and not voice.startswith("female"):
            return answer.whole(200, _error(2054, "voice id not exist"))
        if self.trouble:
            return getattr(self, f"_speak_{self.trouble}")(order, answer)
        self._open(answer)
        digits = self._pieces(order, answer)
        self._finish(order, answer, digits)
        return None

    def _open(self, answer):
        answer.open(content_type="text/event-stream; charset=utf-8")

    def _pieces(self, order, answer, count=4):
        setting = order["audio_setting"]
        seconds = (
            max(0.4, SECONDS_PER_CHARACTER * len(order["text"])) / order["voice_setting"]["speed"]
        )
        pcm = tone(seconds, setting["sample_rate"])
        size = len(pcm) // count // 2 * 2 + 1  # pieces end in the middle of a sample
        parts = [pcm[at : at + size] for at in range(0, len(pcm), size)]
        for index, part in enumerate(parts):
            if index and self.pause:
                answer.silence(self.pause)
            self._event(answer, {"data": {"audio": part.hex(), "status": 1, "ced": ""}})
        return pcm.hex()

    def _event(self, answer, event):
        event = {**event, "trace_id": "0123", "base_resp": {"status_code": 0, "status_msg": ""}}
        line = f"data: {json.dumps(event)}\n\n".encode()
        middle = len(line) // 2  # the network cuts anywhere
        answer.chunk(line[:middle])
        answer.chunk(line[middle:])

    def _finish(self, order, answer, digits="", **extra):
        info = {
            "audio_length": 1,
            "audio_sample_rate": order["audio_setting"]["sample_rate"],
            "usage_characters": len(order["text"]),
            **extra,
        }
        audio = "" if order.get("stream_options", {}).get("exclude_aggregated_audio") else digits
        self._event(answer, {"data": {"audio": audio, "status": 2}, "extra_info": info})
        answer.end()

    def _speak_repeats(self, order, answer):
        """The whole take once more in the last event, though it was asked not to."""
        self._open(answer)
        digits = self._pieces(order, answer)
        self._finish({**order, "stream_options": {}}, answer, digits)

    def _speak_last_counts(self, order, answer):
        """The last event brings the last new piece."""
        self._open(answer)
        self._pieces(order, answer)
        self._finish({**order, "stream_options": {}}, answer, tone(0.05, 32000, 440).hex())

    def _speak_at_once(self, order, answer):
        """No events: one JSON answer with all of it."""
        pcm = tone(1.0, order["audio_setting"]["sample_rate"]).hex()
        extra = {"usage_characters": 7, "audio_sample_rate": 32000}
        answer.whole(200, {"data": {"audio": pcm, "status": 2}, "extra_info": extra, **_error(0)})

    def _speak_other_rate(self, order, answer):
        self._open(answer)
        self._pieces(order, answer)
        self._finish(order, answer, audio_sample_rate=16000)

    def _speak_cut_hex(self, order, answer):
        self._open(answer)
        self._event(answer, {"data": {"audio": tone(0.2, 32000).hex()[:-1], "status": 1}})
        self._finish(order, answer)

    def _speak_odd_bytes(self, order, answer):
        self._open(answer)
        self._event(answer, {"data": {"audio": tone(0.2, 32000).hex()[:-2], "status": 1}})
        self._finish(order, answer)

    def _speak_not_hex(self, order, answer):
        self._open(answer)
        self._event(answer, {"data": {"audio": "xyzw", "status": 1}})
        self._finish(order, answer)

    def _speak_no_end(self, order, answer):
        self._open(answer)
        self._pieces(order, answer)
        answer.end()

    def _speak_breaks_off(self, order, answer):
        self._open(answer)
        self._pieces(order, answer)
        answer.abort()

    def _speak_fails_later(self, order, answer):
        """An error number after audio and usage."""
        self._open(answer)
        self._pieces(order, answer)
        self._event(answer, {"data": {}, "extra_info": {"usage_characters": 5}})
        answer.chunk(f"data: {json.dumps(_error(1027, 'output sensitive'))}\n\n".encode())
        answer.end()

    def _speak_nothing(self, order, answer):
        self._open(answer)
        self._finish(order, answer)

    def _speak_silence(self, order, answer):
        answer.silence(60)

    def _speak_stalls(self, order, answer):
        self._open(answer)
        self._pieces(order, answer)
        answer.silence(60)

    def _speak_drips(self, order, answer):
        """Comments for ever, and no audio."""
        self._open(answer)
        while True:
            answer.chunk(b": keep-alive\n\n")
            answer.silence(0.05)

    def _speak_html(self, order, answer):
        answer.whole(200, b"<html>welcome to the hotel</html>", content_type="text/html")

    def _speak_not_json(self, order, answer):
        self._open(answer)
        answer.chunk(b"data: {broken\n\n")
        answer.end()

    def _speak_other_json(self, order, answer):
        self._open(answer)
        answer.chunk(b'data: [1, 2]\n\ndata: {"data": 7}\n\n')
        answer.end()

    def _speak_endless(self, order, answer):
        """One event that never ends."""
        self._open(answer)
        answer.chunk(b'data: {"data": {"audio": "')
        while True:
            answer.chunk(b"00" * 500_000)

    def _speak_http_500(self, order, answer):
        answer.whole(500, b"<h1>oops</h1>", content_type="text/html")

    def _speak_http_400(self, order, answer):
        answer.whole(400, _error(2013, "invalid params, emotion"))

    def _speak_http_302(self, order, answer):
        answer.whole(302, location="http://127.0.0.1:9/elsewhere")

    def _speak_busy(self, order, answer):
        """429 twice with a short wait, then it works."""
        before = len(self.asked("/v1/t2a_v2"))
        if before < 3:
            return answer.whole(429, {"error": "busy"}, retry_after="0.2")
        self.trouble = ""
        return self._respond_speak(order, answer)

    def _respond_speak(self, order, answer):
        self._open(answer)
        self._finish(order, answer, self._pieces(order, answer))

    def _speak_busy_awhile(self, order, answer):
        answer.whole(429, {"error": "busy"}, retry_after="6")

    def _speak_busy_long(self, order, answer):
        answer.whole(429, {"error": "busy"}, retry_after="120")

    def _speak_busy_always(self, order, answer):
        answer.whole(429, {"error": "busy"}, retry_after="0.1")

    def _speak_busy_silent(self, order, answer):
        answer.whole(429, {"error": "busy"})

    # voices

    def _upload(self, asked, answer):
        form = asked.form()
        name, data = form["file"]
        with wave.open(io.BytesIO(data)) as file:
            seconds = file.getnframes() / file.getframerate()
        if not name.endswith(".wav") or form["purpose"] != "voice_clone":
            return answer.whole(200, _error(2013, "invalid file"))
        if not 10 <= seconds <= 300 or len(data) > 20 * 1024 * 1024:
            return answer.whole(200, _error(2037, "voice duration too short"))
        file_id = 90000 + len(self.files)
        self.files[file_id] = data
        return answer.whole(200, {"file": {"file_id": file_id, "filename": name}, **_error(0)})

    def _clone(self, asked, answer):
        order = asked.json
        voice = order["voice_id"]
        right = len(voice) >= 8 and voice[0].isalpha() and voice[-1] not in "-_"
        if order["file_id"] not in self.files or not right:
            return answer.whole(200, _error(2013, "invalid params"))
        if voice in self.voices:
            return answer.whole(200, _error(2039, "voice clone voice id duplicate"))
        self.voices.add(voice)
        return answer.whole(200, {"input_sensitive": False, **_error(0)})

    def _voices(self, asked, answer):
        assert asked.json == {"voice_type": "all"}
        system = [
            {"voice_id": "Korean_CalmLady", "voice_name": "Calm Lady", "description": ["calm"]},
            {"voice_id": "Thai_male_1_sample8", "voice_name": "Serene Man"},
            {"voice_id": "hindi_male_1_v2", "voice_name": "Trustworthy Advisor"},
            {"voice_name": "without an id"},
        ]
        cloned = [{"voice_id": voice, "created_time": "2026-01-01"} for voice in self.voices]
        answer.whole(200, {"system_voice": system, "voice_cloning": cloned, **_error(0)})


def _error(number, words="success"):
    return {"base_resp": {"status_code": number, "status_msg": words}}


@contextlib.contextmanager
def serve():
    """The environment of an engine that is to speak with a fresh bench."""
    with MiniMaxBench().running() as bench:
        yield bench.environment
