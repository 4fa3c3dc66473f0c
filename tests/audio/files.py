"""Make uploads of every container for the tests, with PyAV and soundfile, from arrays."""

import io
import tempfile
from pathlib import Path
from typing import Any

import av
import numpy as np
import soundfile

CONTAINERS = (
    "wav",
    "wav24",
    "wav_float",
    "wav_u8",
    "wav_mulaw",
    "flac",
    "flac24",
    "mp3",
    "opus",
    "vorbis",
    "m4a",
    "m4a_faststart",
    "m4a_fragmented",
    "alac",
    "adts",
    "webm",
    "webm_live",
)
"""What `make` can make. "webm_live" is what a browser's MediaRecorder sends: no sizes, no duration."""

_BY_SOUNDFILE = {
    "wav": ("WAV", "PCM_16"),
    "wav24": ("WAV", "PCM_24"),
    "wav_float": ("WAV", "FLOAT"),
    "wav_u8": ("WAV", "PCM_U8"),
    "wav_mulaw": ("WAV", "ULAW"),
    "flac": ("FLAC", "PCM_16"),
    "flac24": ("FLAC", "PCM_24"),
    "mp3": ("MP3", "MPEG_LAYER_III"),
    "vorbis": ("OGG", "VORBIS"),
}
_BY_AV: dict[str, tuple[str, str, dict[str, str]]] = {
    "opus": ("ogg", "libopus", {}),
    "m4a": ("ipod", "aac", {}),
    "m4a_faststart": ("mp4", "aac", {"movflags": "faststart"}),
    "m4a_fragmented": ("mp4", "aac", {"movflags": "frag_keyframe+empty_moov+default_base_moof"}),
    "alac": ("ipod", "alac", {}),
    "adts": ("adts", "aac", {}),
    "webm": ("webm", "libopus", {}),
    "webm_live": ("webm", "libopus", {"live": "1"}),
}
SUFFIX = {"opus": "ogg", "vorbis": "ogg", "adts": "aac", "alac": "m4a"}


def suffix(kind: str) -> str:
    """The file name extension of a kind, without the dot."""
    return SUFFIX.get(kind, kind.split("_", maxsplit=1)[0].removesuffix("24"))


def make(kind: str, samples: np.ndarray, rate: int, channels: int = 1) -> bytes:
    """Encode mono samples (the same in every channel) as a file of a kind."""
    planes = np.tile(np.asarray(samples, np.float32), (channels, 1))
    if kind in _BY_SOUNDFILE:
        container, subtype = _BY_SOUNDFILE[kind]
        out = io.BytesIO()
        soundfile.write(out, planes.T, rate, format=container, subtype=subtype)
        return out.getvalue()
    container, codec, options = _BY_AV[kind]
    return _encode(container, codec, options, planes, rate)


def _encode(
    container: str, codec: str, options: dict[str, str], planes: np.ndarray, rate: int
) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "out"
        live = "live" in options
        target: Any = _Pipe() if live else str(path)
        with av.open(target, "w", format=container, options=options) as file:
            layout = {1: "mono", 2: "stereo", 6: "5.1"}[len(planes)]
            stream = file.add_stream(
                codec, rate=48000 if codec == "libopus" else rate, layout=layout
            )
            kind = "s16p" if codec == "alac" else "flt" if codec == "libopus" else "fltp"
            stream.codec_context.format = kind
            stream.codec_context.open()
            resampler = av.AudioResampler(
                kind, layout, stream.codec_context.sample_rate, stream.codec_context.frame_size
            )
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(planes), "fltp", layout)
            frame.sample_rate = rate
            for piece in (*resampler.resample(frame), *resampler.resample(None), None):
                file.mux(stream.encode(piece))
        return bytes(target.data) if live else path.read_bytes()


class _Pipe:
    """A target without seek, as a network is."""

    name = ""

    def __init__(self) -> None:
        self.data = bytearray()

    def write(self, data: bytes) -> int:
        self.data += bytes(data)
        return len(data)
