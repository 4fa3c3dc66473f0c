"""A credit is read by other programs as a comment, and the sound stays as it was."""

import io
import struct

import numpy as np
import pytest
import soundfile

from studio.audio.credit import credited
from studio.audio.decode import decode
from studio.audio.encode import flac, mp3, wav
from tests.audio.speech import espeak

WORDS = "Voices: Kyutai (CC BY 4.0), 출처 표시"
ENCODERS = {"wav": wav, "flac": flac, "mp3": mp3}


@pytest.mark.parametrize("kind", ENCODERS)
@pytest.mark.parametrize("words", [WORDS, WORDS + "!"])
def test_a_credit_is_a_comment_and_the_sound_stays(kind, words):
    plain = ENCODERS[kind](*espeak())
    data = credited(plain, kind, words)
    assert words.encode() in data
    with soundfile.SoundFile(io.BytesIO(data)) as file:
        assert file.comment == words
        samples = file.read(dtype="float32")
    before = soundfile.read(io.BytesIO(plain), dtype="float32")[0]
    np.testing.assert_allclose(samples, before, atol=1e-6)  # MP3 is decoded with rounding
    assert decode(data).seconds == pytest.approx(decode(plain).seconds, abs=0.001)


def test_a_credited_wav_declares_its_whole_length():
    data = credited(wav(*espeak()), "wav", "odd")
    assert struct.unpack("<I", data[4:8])[0] == len(data) - 8
    assert len(data) % 2 == 0
