"""A compatible server of ours, which behaves like one of several real ones, over real HTTP.

``vllm``: streams bytes or events on request (WAV and PCM at normal speed alone), takes recordings.
``kokoro``: lists voices as objects, streams always, knows no instructions.
``speaches``: lists voices with languages, insists on a voice, sends events without headers.
``bare``: speech and nothing else.
"""

import base64
import contextlib
import io
import json
import wave

import numpy as np

from studio.audio.encode import flac, mp3, wav_header, wav_stream_header
from tests.engines.benches.local_server import LocalServer
from tests.engines.benches.minimax import tone

KEY = "bench-openai-31c9"
RATE = 24000
SECONDS_PER_CHARACTER = 0.06
MODELS = {
    "vllm": [{"id": "Qwen/Qwen3-TTS-12Hz-1.7B-Base"}],
    "kokoro": [{"id": "tts-1"}, {"id": "kokoro"}],
    "speaches": [
        {"id": "Systran/faster-whisper-small", "task": "automatic-speech-recognition"},
        {"id": "speaches-ai/Kokoro-82M-v1.0-ONNX", "task": "text-to-speech"},
    ],
}


class OpenAiBench:
    """The server's state. Tests set what goes wrong.

    trouble: name of a method ``_speak_<trouble>`` for the next answers.
    refuse: (HTTP status, body) for every answer.
    """

    def __init__(self, kind="vllm", key=KEY):
        self.server = LocalServer(self._respond)
        self.kind = kind
        self.key = key
        self.trouble = ""
        self.refuse = None
        self.pause = 0.0
        self.uploaded = {}
        self.listing = "works"

    @contextlib.contextmanager
    def running(self):
        with self.server.running():
            yield self

    @property
    def url(self):
        return f"{self.server.url}/v1"

    @property
    def environment(self):
        return {
            "STUDIO_OPENAI_SERVERS": self.url,
            "STUDIO_OPENAI_KEY": self.key,
            "STUDIO_OPENAI_CLONING": "all",
        }

    def asked(self, path, method="POST"):
        return [one for one in self.server.asked if (one.path, one.method) == (path, method)]

    @property
    def spoken(self):
        return self.asked("/v1/audio/speech")

    def _respond(self, asked, answer):
        given = asked.headers.get("authorization", "")
        if self.key and given != f"Bearer {self.key}":
            error = {"message": f"Incorrect API key provided: {given}", "code": "invalid_api_key"}
            return answer.whole(401, {"error": error})
        if self.refuse is not None:
            return answer.whole(*self.refuse)
        routes = {
            ("POST", "/v1/audio/speech"): self._speak,
            ("GET", "/v1/models"): self._models,
            ("GET", "/v1/audio/voices"): self._voices,
            ("POST", "/v1/audio/voices"): self._upload,
        }
        route = routes.get((asked.method, asked.path))
        if route is None or (self.kind == "bare" and route != self._speak):
            return answer.whole(404, {"detail": "Not Found"})
        return route(asked, answer)

    def _models(self, asked, answer):
        answer.whole(200, {"object": "list", "data": MODELS[self.kind]})

    def _voices(self, asked, answer):
        if self.listing == "silence":
            return answer.silence(60)
        if self.kind == "kokoro":
            names = ("af_bella", "jf_alpha", "am_adam")
            return answer.whole(200, {"voices": [{"id": name, "name": name} for name in names]})
        if self.kind == "speaches":
            rows = [{"name": "af_heart", "language": "en-us", "gender": "female"}]
            return answer.whole(200, {"voices": [*rows, {"name": "ko_x", "language": "ko"}]})
        rows = [{"name": name, "consent": "x"} for name in self.uploaded]
        return answer.whole(
            200, {"voices": ["vivian", "sohee", *self.uploaded], "uploaded_voices": rows}
        )

    def _upload(self, asked, answer):
        if self.kind != "vllm":
            return answer.whole(405, {"detail": "Method Not Allowed"})
        form = asked.form()
        _, data = form["audio_sample"]
        with wave.open(io.BytesIO(data)) as file:
            assert file.getnchannels() == 1
        if len(data) > 10 * 1024 * 1024 or not form["consent"]:
            return answer.whole(400, _error("bad sample"))
        if self.trouble == "upload_fails":
            return answer.whole(200, {"success": False, "error": "the sample is silent"})
        self.uploaded[form["name"]] = form
        facts = {"name": form["name"], "consent": form["consent"], "file_size": len(data)}
        return answer.whole(200, {"success": True, "voice": facts})

    # speaking

    def _speak(self, asked, answer):
        order = asked.json
        voice = order.get("voice")
        if self.kind == "speaches" and not voice:
            return answer.whole(
                422, {"detail": [{"loc": ["body", "voice"], "msg": "Field required"}]}
            )
        if self.trouble:
            return getattr(self, f"_speak_{self.trouble}")(order, answer)
        streams = order["response_format"] in ("wav", "pcm") and order.get("speed", 1.0) == 1.0
        if self.kind == "vllm" and order.get("stream_format") and not streams:
            return answer.whole(400, _error("Streaming needs pcm or wav and speed 1.0"))
        if order.get("stream_format") == "sse":
            return self._events(order, answer)
        data, kind = encoded(order)
        answer.open(content_type=kind)
        size = len(data) // 4 + 1  # pieces end in the middle of a sample
        for at in range(0, len(data), size):
            if at and self.pause:
                answer.silence(self.pause)
            answer.chunk(data[at : at + size])
        return answer.end()

    def _events(self, order, answer, *, done=True, headers=None):
        with_header = self.kind == "vllm" if headers is None else headers
        answer.open(content_type="text/event-stream")
        data = spoken(order)
        size = len(data) // 4 // 2 * 2
        for at in range(0, len(data), size):
            if at and self.pause:
                answer.silence(self.pause)
            piece = data[at : at + size]
            if with_header and order["response_format"] == "wav":
                piece = wav_header(RATE, len(piece)) + piece
            self._event(answer, "speech.audio.delta", audio=base64.b64encode(piece).decode())
        if done:
            self._event(answer, "speech.audio.done", usage={"input_tokens": 3})
        answer.end()

    def _event(self, answer, kind, **fields):
        data = json.dumps({"type": kind, **fields})
        answer.chunk(f"event: {kind}\ndata: {data}\n\n".encode())

    def _speak_no_done(self, order, answer):
        self._events(order, answer, done=False)

    def _speak_error_event(self, order, answer):
        answer.open(content_type="text/event-stream")
        self._event(answer, "speech.audio.error", error={"message": "out of memory", "code": 500})
        answer.end()

    def _speak_cut_base64(self, order, answer):
        answer.open(content_type="text/event-stream")
        audio = base64.b64encode(tone(0.2, RATE)).decode()
        self._event(answer, "speech.audio.delta", audio=audio[:-3])
        self._event(answer, "speech.audio.done")
        answer.end()

    def _speak_endless_event(self, order, answer):
        answer.open(content_type="text/event-stream")
        answer.chunk(b'data: {"audio": "')
        while True:
            answer.chunk(b"AAAA" * 250_000)

    def _speak_no_stream_format(self, order, answer):
        """A server that knows no such field."""
        if "stream_format" in order:
            return answer.whole(422, {"detail": [{"msg": "Extra inputs: stream_format"}]})
        return answer.whole(200, encoded(order)[0], content_type="audio/wav")

    def _speak_unknown_length(self, order, answer):
        data = spoken(order)
        answer.open(content_type="audio/wav")
        answer.chunk(wav_stream_header(RATE))
        answer.chunk(data)
        answer.end()

    def _speak_short_wav(self, order, answer):
        data = spoken(order)
        answer.whole(200, wav_header(RATE, 2 * len(data)) + data, content_type="audio/wav")

    def _speak_other_rate(self, order, answer):
        """Raw samples at another rate, announced."""
        answer.whole(200, tone(1.0, 16000), content_type="audio/pcm;rate=16000")

    def _speak_mp3_anyway(self, order, answer):
        answer.whole(200, encoded({**order, "response_format": "mp3"})[0], content_type="audio/pcm")

    def _speak_garbage(self, order, answer):
        answer.whole(200, bytes(range(1, 200)) * 40, content_type="audio/wav")

    def _speak_garbled_flac(self, order, answer):
        answer.whole(200, b"fLaC" + bytes(range(256)) * 20, content_type="audio/flac")

    def _speak_html(self, order, answer):
        answer.whole(200, b"<html>hotel</html>", content_type="text/html")

    def _speak_nothing(self, order, answer):
        answer.whole(200, b"", content_type="audio/wav")

    def _speak_breaks_off(self, order, answer):
        answer.open(content_type="audio/wav")
        answer.chunk(wav_stream_header(RATE) + spoken(order))
        answer.abort()

    def _speak_silence(self, order, answer):
        answer.silence(60)

    def _speak_stalls(self, order, answer):
        answer.open(content_type="audio/wav")
        answer.chunk(wav_stream_header(RATE) + spoken(order))
        answer.silence(60)

    def _speak_http_500(self, order, answer):
        answer.whole(500, b"<h1>oops</h1>", content_type="text/html")

    def _speak_http_302(self, order, answer):
        answer.whole(302, location="http://127.0.0.1:9/elsewhere")

    def _speak_no_model(self, order, answer):
        answer.whole(404, _error("The model `x` does not exist."))

    def _speak_unpaid(self, order, answer):
        error = {"message": "You exceeded your current quota", "code": "insufficient_quota"}
        answer.whole(429, {"error": error})

    def _speak_busy(self, order, answer):
        if len(self.spoken) < 3:
            return answer.whole(429, _error("busy"), retry_after="0.2")
        return answer.whole(200, encoded(order)[0], content_type="audio/wav")

    def _speak_busy_long(self, order, answer):
        answer.whole(429, _error("busy"), retry_after="120")


def spoken(order):
    """16-bit samples for a text."""
    return tone(max(0.4, SECONDS_PER_CHARACTER * len(order["input"])), RATE)


def encoded(order):
    """(bytes, content type) of a text's speech in the format asked for."""
    data, form = spoken(order), order["response_format"]
    samples = np.frombuffer(data, "<i2").astype(np.float32) / 32768
    if form == "wav":
        return wav_header(RATE, len(data)) + data, "audio/wav"
    if form == "mp3":
        return mp3(samples, RATE), "audio/mpeg"
    if form == "flac":
        return flac(samples, RATE), "audio/flac"
    if form == "opus":
        return _opus(samples), "audio/opus"
    return data, "audio/pcm"


def _opus(samples):
    import av

    out = io.BytesIO()
    with av.open(out, "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=RATE, layout="mono")
        frame = av.AudioFrame.from_ndarray(samples[None, :], format="flt", layout="mono")
        frame.sample_rate = RATE
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return out.getvalue()


def _error(message):
    return {"error": {"message": message, "type": "BadRequestError", "param": None, "code": 400}}


@contextlib.contextmanager
def serve():
    """The environment of an engine that is to speak with a fresh bench."""
    with OpenAiBench().running() as bench:
        yield bench.environment
