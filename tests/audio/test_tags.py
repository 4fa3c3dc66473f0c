"""Texts in files: read back by us and by others, harmless to the sound, and bounded when hostile."""

import io
import json
import struct
import time

import mutagen
import numpy as np
import pytest
import soundfile

from studio.audio.decode import decode
from studio.audio.encode import flac, mp3, wav
from studio.audio.tags import Tags, id3, read, tagged
from tests.audio.speech import espeak

ENCODERS = {"wav": wav, "flac": flac, "mp3": mp3}
WORDS = "Synthetic speech; Voices: Kyutai (CC BY 4.0), 출처 표시"
DOCUMENT = json.dumps({"synthetic": True, "engine": "kokoro", "note": "합성"}, ensure_ascii=False)
TAGS = Tags(WORDS, {"PROVENANCE": DOCUMENT})
ENDINGS = {"wav": "pcm_s16le", "flac": "flac", "mp3": "libmp3lame"}


@pytest.fixture(scope="module")
def files():
    plain = {kind: encode(*espeak()) for kind, encode in ENCODERS.items()}
    return {kind: (data, tagged(data, kind, TAGS)) for kind, data in plain.items()}


@pytest.mark.parametrize("kind", ENCODERS)
def test_what_was_written_is_read_and_the_sound_stays(files, kind):
    plain, data = files[kind]
    assert read(data) == TAGS
    assert read(plain).comment == ""
    assert "PROVENANCE" not in read(plain).fields
    with soundfile.SoundFile(io.BytesIO(data)) as file:
        assert file.comment == WORDS
        samples = file.read(dtype="float32")
    before = soundfile.read(io.BytesIO(plain), dtype="float32")[0]
    np.testing.assert_allclose(samples, before, atol=1e-6)  # MP3 is decoded with rounding
    assert decode(data).seconds == pytest.approx(decode(plain).seconds, abs=0.001)


@pytest.mark.parametrize("kind", ENCODERS)
def test_an_independent_program_reads_the_same(files, kind):
    tags = mutagen.File(io.BytesIO(files[kind][1])).tags
    if kind == "flac":
        assert (tags["COMMENT"], tags["PROVENANCE"]) == ([WORDS], [DOCUMENT])
    else:
        (comment,) = tags.getall("COMM")
        assert comment.text == [WORDS]
        assert tags["TXXX:PROVENANCE"].text == [DOCUMENT]


@pytest.mark.parametrize("words", ["odd", "even", ""])
def test_a_tagged_wav_declares_its_whole_length(words):
    data = tagged(wav(*espeak()), "wav", Tags(words, {"A": "b"}))
    assert struct.unpack("<I", data[4:8])[0] == len(data) - 8
    assert len(data) % 2 == 0
    assert read(data) == Tags(words, {"A": "b"})


def transcoded(data, container, codec):
    """As `ffmpeg -i in out` does it: sound encoded anew, texts copied."""
    import av

    out = io.BytesIO()
    with av.open(io.BytesIO(data)) as source, av.open(out, "w", format=container) as target:
        heard = source.streams.audio[0]
        spoken = target.add_stream(codec, rate=48000 if codec == "libopus" else heard.rate)
        spoken.layout = "mono"
        target.metadata.update(source.metadata)
        if container == "ogg":
            spoken.metadata.update(source.metadata)
        resampler = av.AudioResampler(spoken.format, "mono", spoken.rate)
        for frame in source.decode(heard):
            for piece in resampler.resample(frame):
                target.mux(spoken.encode(piece))
        for piece in resampler.resample(None):
            target.mux(spoken.encode(piece))
        target.mux(spoken.encode(None))
    return out.getvalue()


@pytest.mark.parametrize("source", ENCODERS)
@pytest.mark.parametrize(
    ("container", "codec"),
    [("flac", "flac"), ("mp3", "libmp3lame"), ("ogg", "libopus"), ("matroska", "libopus")],
)
def test_texts_survive_being_transcoded(files, source, container, codec):
    assert read(transcoded(files[source][1], container, codec)).fields["PROVENANCE"] == DOCUMENT


@pytest.mark.parametrize("source", ENCODERS)
@pytest.mark.parametrize(("container", "codec"), [("wav", "pcm_s16le"), ("ipod", "aac")])
def test_the_comment_survives_where_a_program_keeps_no_other_field(files, source, container, codec):
    assert read(transcoded(files[source][1], container, codec)).comment == WORDS


def test_older_id3_tags_of_other_programs_are_read():
    def frame(name, body):
        return name + struct.pack(">I", len(body)) + b"\0\0" + body

    title = "PROVENANCE".encode("utf-16") + b"\0\0"
    frames = frame(b"COMM", b"\0eng\0plain") + frame(b"TXXX", b"\1" + title + "합".encode("utf-16"))
    tag = b"ID3\3\0\0" + id3._sync_safe(len(frames)) + frames
    assert read(tag + mp3(*espeak())) == Tags("plain", {"PROVENANCE": "합"})


@pytest.mark.parametrize("kind", ENCODERS)
def test_damaged_files_are_read_as_far_as_they_go_and_never_fail(files, kind):
    data = files[kind][1]
    places = range(0, len(data), max(1, len(data) // 150))
    for end in places:
        assert isinstance(read(data[:end]), Tags)
    random = np.random.default_rng(1)
    head, tail = data[:4000], data[-4000:]
    for _ in range(300):
        broken = bytearray(head + tail)
        for place in random.integers(0, len(broken), 6):
            broken[place] = random.integers(0, 256)
        assert isinstance(read(bytes(broken)), Tags)


def test_hostile_tags_cost_little_and_give_little():
    many = b"RIFF\xff\xff\xff\xffWAVE" + b"junk\0\0\0\0" * 3_000_000
    huge = tagged(wav(*espeak()), "wav", Tags("x" * 70_000, {"A": "y" * 70_000, "B": "z"}))
    lying = bytearray(tagged(flac(*espeak()), "flac", TAGS))
    at = lying.index(b"COMMENT=") - 4
    lying[at : at + 4] = b"\xff\xff\xff\xff"
    block = struct.pack("<II", 0, 0xFFFFFFFF)
    endless = b"fLaC\0\0\0\x22" + bytes(34) + b"\x84" + len(block).to_bytes(3, "big") + block
    began = time.process_time()
    assert read(many) == Tags()
    assert read(huge) == Tags("", {"B": "z"})
    assert read(bytes(lying)) == Tags()
    assert read(endless) == Tags()
    assert time.process_time() - began < 1
