"""What a file says about itself, read from its own bytes before any decoder sees it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Facts:
    """The claims of a container's headers; None where it makes none.

    Attributes:
        container: "wav", "flac", "mp3", "aac", "ogg", "mp4" or "webm".
        demuxer: FFmpeg's name of the only demuxer that may open it.
        rate: sample rate, Hz.
        channels: channel count.
        seconds: length.
        native_rate: the rate before an encoder that always stores another one (Opus), Hz.
        frames: samples for each channel that decoding must yield.
        start: first byte of the audio; what lies before (ID3 tags, cover art) is not decoded.
        end: one past its last byte.
    """

    container: str
    demuxer: str
    rate: int | None = None
    channels: int | None = None
    seconds: float | None = None
    native_rate: int | None = None
    frames: int | None = None
    start: int = 0
    end: int | None = None
