"""An ElevenLabs of ours: streamed speech, instant cloning and the voice list over real HTTP."""

import contextlib
import io
import json
import re
import wave
from urllib.parse import parse_qs, urlsplit

import numpy as np

from studio.audio.encode import mp3
from studio.engines.elevenlabs.voices import published
from tests.engines.benches.local_server import LocalServer
from tests.engines.benches.minimax import tone

KEY = "sk_bench_5f77b2"
SECONDS_PER_CHARACTER = 0.06
OWN, GEORGE = "OwnVoice00000000001", "JBFqnCBsd6RMkjVDRZzb"
SPEAK = re.compile(r"/v1/text-to-speech/([^/]+)/stream")


class ElevenLabsBench:
    """The service's state. Tests set what goes wrong.

    trouble: name of a method ``_speak_<trouble>`` for the next answers.
    refuse: (HTTP status, error word) for every answer.
    """

    def __init__(self):
        self.server = LocalServer(self._respond)
        self.trouble = ""
        self.refuse = None
        self.pause = 0.0
        self.pcm_allowed = True
        self.voices = {
            preset.id: {"name": preset.title, "labels": {"gender": preset.gender}}
            for preset in published()
        }
        self.voices |= {
            OWN: {"name": "My narrator", "labels": {"gender": "female"}},
        }

    @contextlib.contextmanager
    def running(self):
        with self.server.running():
            yield self

    @property
    def environment(self):
        return {"STUDIO_ELEVENLABS_API_KEY": KEY, "STUDIO_ELEVENLABS_URL": self.server.url}

    @property
    def spoken(self):
        return [one for one in self.server.asked if SPEAK.search(one.path)]

    def _respond(self, asked, answer):
        given = asked.headers.get("xi-api-key")
        if given != KEY:
            return answer.whole(401, _error("invalid_api_key", f"{given} is no key"))
        if self.refuse is not None:
            status, word = self.refuse
            return answer.whole(status, _error(word, f"told {word}"))
        path = urlsplit(asked.path).path
        if found := SPEAK.fullmatch(path):
            return self._speak(found[1], asked, answer)
        if path == "/v1/voices/add":
            return self._add(asked, answer)
        if path == "/v2/voices":
            return self._list(asked, answer)
        return answer.whole(404, {"detail": "Not Found"})

    # speaking

    def _speak(self, voice, asked, answer):
        order = asked.json
        form = parse_qs(urlsplit(asked.path).query)["output_format"][0]
        if voice not in self.voices:
            return answer.whole(404, _error("voice_not_found", f"no voice {voice}"))
        if form.startswith("pcm") and not self.pcm_allowed:
            return answer.whole(403, _error("output_format_not_allowed", "Pro tier only"))
        if self.trouble:
            return getattr(self, f"_speak_{self.trouble}")(order, answer)
        self._send(order, form, answer)
        answer.end()
        return None

    def _send(self, order, form, answer):
        seconds = max(0.4, SECONDS_PER_CHARACTER * len(order["text"]))
        data, kind = tone(seconds, 24000), "audio/pcm"
        if form.startswith("mp3"):
            samples = np.frombuffer(data, "<i2").astype(np.float32) / 32768
            data, kind = mp3(samples, 24000), "audio/mpeg"
        credit = 0.5 if "flash" in order["model_id"] else 1
        cost = credit * len(order["text"])
        answer.open(content_type=kind, character_cost=f"{cost:g}", request_id="r1")
        size = len(data) // 4 + 1  # pieces end in the middle of a sample
        for at in range(0, len(data), size):
            if at and self.pause:
                answer.silence(self.pause)
            answer.chunk(data[at : at + size])

    def _speak_silence(self, order, answer):
        answer.silence(60)

    def _speak_stalls(self, order, answer):
        self._send(order, "pcm", answer)
        answer.silence(60)

    def _speak_breaks_off(self, order, answer):
        self._send(order, "pcm", answer)
        answer.abort()

    def _speak_odd_bytes(self, order, answer):
        answer.open(content_type="audio/pcm")
        answer.chunk(tone(0.2, 24000)[:-1])
        answer.end()

    def _speak_nothing(self, order, answer):
        answer.open(content_type="audio/pcm")
        answer.end()

    def _speak_html(self, order, answer):
        answer.whole(200, b"<html>welcome to the hotel</html>", content_type="text/html")

    def _speak_html_stays(self, order, answer):
        answer.open(content_type="text/html")
        answer.chunk(b"<html>welcome to the hotel</html>" * 200)
        answer.silence(60)

    def _speak_json(self, order, answer):
        answer.whole(200, {"detail": "thinking about it"})

    def _speak_huge(self, order, answer):
        answer.open(500, content_type="text/html")  # the client reads it whole
        while True:
            answer.chunk(b" " * 1_000_000)

    def _speak_http_500(self, order, answer):
        answer.whole(500, b"<h1>oops</h1>", content_type="text/html")

    def _speak_http_302(self, order, answer):
        answer.whole(302, location="http://127.0.0.1:9/elsewhere")

    def _speak_http_422(self, order, answer):
        fault = {"loc": ["body", "text"], "msg": "field required", "type": "value_error"}
        answer.whole(422, {"detail": [fault]})

    def _speak_busy(self, order, answer):
        """429 twice with a short wait, then it works."""
        if len(self.spoken) < 3:
            word = _error("too_many_concurrent_requests", "busy")
            return answer.whole(429, word, retry_after="0.2")
        self.trouble = ""
        self._send(order, "pcm", answer)
        return answer.end()

    def _speak_busy_long(self, order, answer):
        answer.whole(429, {"detail": "slow down"}, retry_after="120")

    # voices

    def _add(self, asked, answer):
        form = asked.form()
        name, data = form["files"]
        with wave.open(io.BytesIO(data)) as file:
            seconds = file.getnframes() / file.getframerate()
        if len(data) > 10_000_000 or not name.endswith(".wav"):
            return answer.whole(400, _error("invalid_content", "file"))
        if seconds < 1:
            return answer.whole(400, _error("voice_sample_too_short", f"{seconds:.1f} s"))
        voice = f"Cloned{len(self.voices):014d}"
        self.voices[voice] = {"name": form["name"], "labels": json.loads(form["labels"])}
        needs = self.trouble == "verify"
        return answer.whole(200, {"voice_id": voice, "requires_verification": needs})

    def _list(self, asked, answer):
        if self.trouble == "roster_garbled":
            return answer.whole(200, b"[[", content_type="application/json")
        query = parse_qs(urlsplit(asked.path).query)
        every = [{"voice_id": id_, **facts} for id_, facts in self.voices.items()]
        start = int(query.get("next_page_token", ["0"])[0])  # a page of two
        more = start + 2 < len(every)
        page = {
            "voices": every[start : start + 2],
            "has_more": more,
            "total_count": len(every),
            "next_page_token": str(start + 2) if more else None,
        }
        return answer.whole(200, page)


def _error(word, message):
    return {"detail": {"status": word, "message": message}}


@contextlib.contextmanager
def serve():
    """The environment of an engine that is to speak with a fresh bench."""
    with ElevenLabsBench().running() as bench:
        yield bench.environment
