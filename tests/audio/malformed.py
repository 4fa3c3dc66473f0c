"""More than 200 uploads that must be refused: damaged, disguised, lying or without a voice in them.

`malformed_uploads` gives the same list every time. The HTTP tests send the same files.
"""

import io
import json
import struct
import zipfile
from collections.abc import Iterator
from functools import lru_cache

import av
import numpy as np
import soundfile
from PIL import Image

from tests.audio.files import make, suffix
from tests.audio.speech import espeak

Upload = tuple[str, bytes, str]

_SECONDS = 4
_CUT_KINDS = (
    "wav",
    "wav_float",
    "flac",
    "flac24",
    "mp3",
    "opus",
    "vorbis",
    "m4a",
    "m4a_faststart",
    "alac",
    "adts",
    "webm",
    "webm_live",
)
_CUTS = (0.003, 0.011, 0.05, 0.13, 0.29, 0.43, 0.61, 0.77, 0.89, 0.97)
_FMT_PCM, _FMT_FLOAT = 1, 3


@lru_cache(maxsize=1)
def malformed_uploads() -> list[Upload]:
    """Return (file name, content, why it must be refused), all names distinct."""
    groups = (_truncated, _disguised, _wav_headers, _flac_headers, _other_headers, _not_finite)
    uploads = [upload for group in (*groups, _bombs, _voiceless, _names) for upload in group()]
    assert len({name for name, _, _ in uploads}) == len(uploads)
    return uploads


@lru_cache(maxsize=1)
def _speech() -> tuple[np.ndarray, int]:
    samples, rate = espeak(
        "The quick brown fox jumps over the lazy dog, again and again and again."
    )
    return samples[: _SECONDS * rate], rate


@lru_cache(maxsize=32)
def _whole(kind: str) -> bytes:
    return make(kind, *_speech())


def _truncated() -> Iterator[Upload]:
    for kind in _CUT_KINDS:
        data = _whole(kind)
        for share in _CUTS:
            cut = int(len(data) * share) | 1
            yield f"cut_{kind}_{share}.{suffix(kind)}", data[:cut], f"{kind} cut at {share:.1%}"
        yield f"cut_{kind}_end.{suffix(kind)}", data[:-3], f"{kind} without its last bytes"
    for kind in ("wav", "flac", "mp3", "opus", "m4a", "webm"):
        for size in (1, 4, 8, 12, 20):
            name = f"head_{kind}_{size}.{suffix(kind)}"
            yield name, _whole(kind)[:size], f"{kind} of {size} bytes"


def _disguised() -> Iterator[Upload]:
    samples, rate = _speech()
    image = Image.new("RGB", (64, 64), (200, 30, 30))
    pictures = {}
    for kind in ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF"):
        out = io.BytesIO()
        image.save(out, kind)
        pictures[kind.lower()] = out.getvalue()
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("clip.wav", _whole("wav"))
    texts = {
        "m3u8": "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:9,\nhttp://127.0.0.1:9/a.ts\n",
        "m3u_file": "#EXTM3U\n#EXTINF:9,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
        "concat": "ffconcat version 1.0\nfile '/etc/passwd'\nduration 3\n",
        "concat_colon": "concat:/etc/passwd|/etc/hostname",
        "subfile": "subfile,,start,0,end,100,,:/etc/passwd",
        "dash": '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"></MPD>',
        "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nm=audio 5004 RTP/AVP 0\n",
        "html": "<!doctype html><script>alert(1)</script>",
        "svg": '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        "json": json.dumps({"audio": "data:audio/wav;base64,UklGRg=="}),
        "python": "import os\nos.system('true')\n",
        "shell": "#!/bin/sh\nexit 0\n",
        "csv": "time,value\n0,0.1\n1,0.2\n",
        "url": "[InternetShortcut]\nURL=http://127.0.0.1:9/\n",
        "base64": "UklGRiQAAABXQVZFZm10IBAAAAABAAEA",
        "playlist_pls": "[playlist]\nFile1=/etc/passwd\nNumberOfEntries=1\n",
    }
    binaries = {
        "elf": b"\x7fELF\x02\x01\x01" + bytes(200),
        "exe": b"MZ\x90\x00" + bytes(60) + b"PE\0\0" + bytes(100),
        "pdf": b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n",
        "gzip": b"\x1f\x8b\x08\x00" + bytes(40),
        "sqlite": b"SQLite format 3\0" + bytes(84),
        "zeros": bytes(5000),
        "ones": b"\xff" * 5000,
        "utf16": "plain words, no sound".encode("utf-16"),
        "midi": b"MThd\0\0\0\x06\0\0\0\x01\0\x60MTrk\0\0\0\x04\0\xff\x2f\0",
        "aiff": _by_soundfile("AIFF", "PCM_16", samples, rate),
        "au": _by_soundfile("AU", "PCM_16", samples, rate),
        "caf": _by_soundfile("CAF", "PCM_16", samples, rate),
        "w64": _by_soundfile("W64", "PCM_16", samples, rate),
        "raw": (samples * 32767).astype("<i2").tobytes(),
        "avi": b"RIFF\x24\0\0\0AVI LIST" + bytes(200),
        "pickle": b"\x80\x04\x95\x10\0\0\0\0\0\0\0\x8c\x05hello\x94.",
        "video_mp4": _video("mp4", "mpeg4"),
        "video_webm": _video("webm", "libvpx"),
        "zip": archive.getvalue(),
    }
    names = ("wav", "mp3", "flac", "ogg", "m4a", "webm")
    contents = {**pictures, **{key: text.encode() for key, text in texts.items()}, **binaries}
    for place, (kind, data) in enumerate(contents.items()):
        yield f"{kind}.{names[place % len(names)]}", data, f"{kind} named as audio"


def _by_soundfile(container: str, subtype: str, samples: np.ndarray, rate: int) -> bytes:
    out = io.BytesIO()
    soundfile.write(out, samples, rate, format=container, subtype=subtype)
    return out.getvalue()


def _video(container: str, codec: str) -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format=container) as file:
        stream = file.add_stream(codec, rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for _ in range(5):
            frame = av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8), "rgb24")
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return out.getvalue()


def wav_file(
    rate: int = 24000,
    channels: int = 1,
    bits: int = 16,
    tag: int = _FMT_PCM,
    data: bytes | None = None,
    declared: int | None = None,
    align: int | None = None,
) -> bytes:
    """Write a WAV whose header says what it is told to say."""
    data = bytes(48000) if data is None else data
    align = channels * bits // 8 if align is None else align
    form = struct.pack(
        "<HHIIHH", tag, channels, rate, rate * align & 0xFFFFFFFF, align & 0xFFFF, bits
    )
    size = len(data) if declared is None else declared
    body = b"WAVEfmt " + struct.pack("<I", len(form)) + form
    body += b"data" + struct.pack("<I", size) + data
    return b"RIFF" + struct.pack("<I", (4 + len(body)) & 0xFFFFFFFF) + body


def _wav_headers() -> Iterator[Upload]:
    for rate in (0, 1, 100, 4000, 7999, 192_001, 384_000, 10_000_000, 2**32 - 1):
        yield f"rate_{rate}.wav", wav_file(rate=rate), f"WAV at {rate} Hz"
    for channels in (0, 9, 16, 255, 4000):
        data = np.zeros((100, max(1, channels)), "<i2").tobytes()
        yield f"channels_{channels}.wav", wav_file(channels=channels, data=data), "WAV channels"
    for bits in (0, 1, 7, 12, 64, 65535):
        yield f"bits_{bits}.wav", wav_file(bits=bits, align=2), f"WAV of {bits} bits"
    for tag in (0, 2, 0x11, 0x31, 0x50, 0x55, 0xFF, 0x161, 0xFFFE, 0xFFFF):
        yield f"tag_{tag}.wav", wav_file(tag=tag), f"WAV with format tag {tag:#x}"
    for align in (0, 1, 3, 65535):
        yield f"align_{align}.wav", wav_file(align=align), f"WAV with block align {align}"
    for name, size in (("4gb", 0xFFFFFFFF), ("2gb", 0x7FFFFFFF), ("one_more", 48002)):
        yield f"declares_{name}.wav", wav_file(declared=size), "WAV declares more than it has"
    yield "no_samples.wav", wav_file(data=b""), "WAV of zero length"
    yield "half_sample.wav", wav_file(data=b"\0"), "WAV of half a sample"
    yield "only_riff.wav", b"RIFF\x04\0\0\0WAVE", "WAV without chunks"
    yield "no_fmt.wav", b"RIFF\x10\0\0\0WAVEdata\x04\0\0\0\0\0\0\0", "WAV without fmt"
    yield "no_data.wav", wav_file()[:36], "WAV without data"
    yield "short_fmt.wav", b"RIFF\x10\0\0\0WAVEfmt \x04\0\0\0\x01\0\x01\0", "WAV with half a fmt"
    yield "huge_chunk.wav", b"RIFF\x10\0\0\0WAVELIST\xff\xff\xff\xffINFO", "WAV with a huge chunk"


def _flac_headers() -> Iterator[Upload]:
    whole = bytearray(_whole("flac"))
    packed = int.from_bytes(whole[18:26], "big")
    for rate in (0, 1, 4000, 250_000, (1 << 20) - 1):
        value = packed & ~(((1 << 20) - 1) << 44) | rate << 44
        data = whole[:18] + value.to_bytes(8, "big") + whole[26:]
        yield f"rate_{rate}.flac", bytes(data), f"FLAC header says {rate} Hz"
    for frames in ((1 << 36) - 1, 10_000_000_000):
        value = packed & ~((1 << 36) - 1) | frames
        data = whole[:18] + value.to_bytes(8, "big") + whole[26:]
        yield f"frames_{frames}.flac", bytes(data), f"FLAC header says {frames} samples"
    yield "block_size.flac", bytes(whole[:5]) + b"\xff\xff\xff" + bytes(whole[8:]), "FLAC block"
    middle = len(whole) // 2
    whole[middle : middle + 3000] = bytes(3000)
    yield "hole.flac", bytes(whole), "FLAC with zeros in the middle"


def _other_headers() -> Iterator[Upload]:
    mp3 = _whole("mp3")
    yield "one_frame.mp3", b"\xff\xfb\x90\xc4" + bytes(5000), "one MP3 header, then zeros"
    yield "id3_huge.mp3", b"ID3\x04\0\0\x7f\x7f\x7f\x7f" + mp3, "ID3 tag longer than the file"
    yield "id3_only.mp3", b"ID3\x04\0\0\0\0\0\x0a" + bytes(10), "ID3 tag and no audio"
    yield "id3_text.mp3", b"ID3\x04\0\0\0\0\0\x0a" + bytes(10) + b"hello" * 50, "ID3, then text"
    opus = _whole("opus")
    yield "no_head.ogg", opus.replace(b"OpusHead", b"OpusHeal", 1), "Ogg of an unknown codec"
    yield "junk_after.ogg", opus + b"<script>" * 20, "Ogg with other bytes behind"
    granule = opus[:-1]  # the last page says how many samples there are
    last = granule.rfind(b"OggS")
    huge = opus[: last + 6] + struct.pack("<Q", 1 << 60) + opus[last + 14 :]
    yield "granule.ogg", huge, "Ogg that claims 2^60 samples"
    yield "nine_channels.ogg", _patched(opus, b"OpusHead", 9, b"\x09"), "Opus of 9 channels"
    m4a = _whole("m4a")
    yield "no_moov.m4a", m4a.replace(b"moov", b"moox", 1), "MP4 without its index"
    yield "box_size.m4a", b"\xff\xff\xff\xff" + m4a[4:], "MP4 box beyond the file"
    yield "box_tiny.m4a", b"\0\0\0\x04" + m4a[4:], "MP4 box smaller than its header"
    yield "ftyp_only.m4a", m4a[: int.from_bytes(m4a[:4], "big")], "MP4 of a type and nothing else"
    counted = _patched(m4a, b"stsz", 8, struct.pack(">II", 4, 0xFFFFFFFF))
    yield "index_bomb.m4a", counted, "MP4 whose index claims 2^32 samples"
    many = 30_000_000  # believed, this takes a gigabyte
    agreed = _patched(m4a, b"stts", 8, struct.pack(">III", 1, many, 1024))
    agreed = _patched(agreed, b"stsc", 12, struct.pack(">II", 1, many))
    agreed = _patched(agreed, b"stsz", 8, struct.pack(">II", 4, many))
    yield "index_bomb_agreed.m4a", agreed, "MP4 whose tables agree on 30 million samples"
    webm = _whole("webm")
    yield "doctype.webm", webm.replace(b"webm", b"wibm", 1), "EBML of another type"
    yield "ebml_only.webm", webm[: 5 + webm[4] - 0x80], "EBML header and nothing else"
    yield "size_bomb.webm", webm[:4] + b"\x01\xff\xff\xff\xff\xff\xff\xfe", "EBML of 2^56 bytes"
    yield "codec.webm", webm.replace(b"A_OPUS", b"A_WAVE", 1), "WebM of an unknown codec"
    adts = _whole("adts")
    yield "adts_zeros.aac", adts[:7] + bytes(len(adts) - 7), "AAC header, then zeros"
    yield "empty.wav", b"", "zero bytes"
    yield "empty.webm", b"", "zero bytes"
    yield "space.wav", b" ", "one space"


def _patched(data: bytes, after: bytes, offset: int, value: bytes) -> bytes:
    at = data.index(after) + offset
    return data[:at] + value + data[at + len(value) :]


def _not_finite() -> Iterator[Upload]:
    samples, rate = _speech()
    bad = {"nan": np.nan, "inf": np.inf, "minus_inf": -np.inf, "1e30": 1e30}
    for kind, bits in (("<f4", 32), ("<f8", 64)):
        for name, value in bad.items():
            middle = len(samples) // 2
            for place in (0, middle, len(samples) - 1) if bits == 32 else (middle,):
                broken = samples.astype(kind)
                broken[place] = value
                data = wav_file(rate, 1, bits, _FMT_FLOAT, broken.tobytes())
                yield f"{name}_{bits}_{place}.wav", data, f"{name} at sample {place}"
    data = np.full(rate * 4, np.nan, "<f4").tobytes()
    yield "all_nan.wav", wav_file(rate, 1, 32, _FMT_FLOAT, data), "nothing but NaN"
    data = np.full(rate, 1e300, "<f8").tobytes()
    yield "beyond_float32.wav", wav_file(rate, 1, 64, _FMT_FLOAT, data), "1e300"
    data = (samples * 32767).astype("<f4").tobytes()
    yield "integers.wav", wav_file(rate, 1, 32, _FMT_FLOAT, data), "integers written as floats"


def _bombs() -> Iterator[Upload]:
    zeros = _by_soundfile("FLAC", "PCM_16", np.zeros(8000 * 3600, np.int16), 8000)
    yield "hour.flac", zeros, "FLAC: an hour in a few kilobytes"
    packed = int.from_bytes(zeros[18:26], "big") & ~((1 << 36) - 1)
    unsaid = zeros[:18] + packed.to_bytes(8, "big") + zeros[26:]
    yield "hour_unsaid.flac", unsaid, "FLAC: an hour, and the header does not say so"
    packed |= 8000 * 4
    lying = zeros[:18] + packed.to_bytes(8, "big") + zeros[26:]
    yield "hour_lying.flac", lying, "FLAC: an hour, and the header says 4 s"


def _voiceless() -> Iterator[Upload]:
    samples, rate = _speech()
    time = np.arange(rate * 5) / rate
    noise = np.random.default_rng(7).standard_normal(len(time))
    hum = sum(np.sin(2 * np.pi * 50 * k * time) / k for k in (1, 3, 5))
    sounds = {
        "silence": np.zeros(rate * 5),
        "offset": np.full(rate * 5, 0.3),
        "almost_silence": noise * 1e-4,
        "tone": 0.4 * np.sin(2 * np.pi * 440 * time),
        "beeps": 0.4 * np.sin(2 * np.pi * 1000 * time) * (time % 0.5 < 0.2),
        "white_noise": 0.1 * noise,
        "hum": 0.2 * hum,
        "one_sample": samples[5000:5001],
        "tenth": samples[: rate // 10],
        "second": samples[:rate],
        "two_seconds": samples[: rate * 2],
        "second_in_silence": np.concatenate((samples[:rate], np.zeros(rate * 5))),
    }
    for name, sound in sounds.items():
        for kind in ("wav", "flac"):
            yield f"{name}.{kind}", make(kind, sound, rate), f"{name}: no 3 s of speech"


def _names() -> Iterator[Upload]:
    names = (
        "../../etc/passwd",
        "../../../../../../tmp/evil.wav",
        "/etc/passwd",
        "C:\\Windows\\system32\\x.wav",
        "\\\\host\\share\\x.wav",
        "..\\..\\x.mp3",
        "file:///etc/passwd",
        "http://127.0.0.1:9/a.wav",
        "concat:a.wav|b.wav",
        "pipe:0",
        "-i.wav",
        "; rm -rf x.wav",
        "$(touch x).wav",
        "nul\0byte.wav",
        "new\nline.wav",
        "carriage\r\nX-Evil: 1.wav",
        "\u202egnp.wav",
        "녹음 파일.wav",
        "<img src=x onerror=alert(1)>.wav",
        'quote".wav',
        "a" * 300 + ".wav",
        ".",
        "..",
        "CON",
        ".htaccess",
        "x.wav/",
        "%2e%2e%2fetc%2fpasswd",
        "x.wav%00.png",
        " ",
    )
    contents = (_whole("wav")[:1000], b"root:x:0:0:root:/root:/bin/bash\n", wav_file(rate=1))
    for place, name in enumerate(names):
        yield name, contents[place % len(contents)], "a name that looks like a path or a command"
