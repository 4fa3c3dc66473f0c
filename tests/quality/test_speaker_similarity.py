"""Speaker similarity: high for one voice in two texts, low for two voices in one."""

import numpy as np

from studio.quality.speaker import embed, similarity
from tests.audio import speech


def test_one_voice_in_two_texts_is_more_alike_than_two_voices_in_one():
    again = "Nobody in the village remembered who had built the tower, or what it was for."
    alpha, alpha_again = embed(*speech.kokoro()), embed(*speech.kokoro(again))
    kumo = embed(*speech.kokoro(voice="jm_kumo"))
    assert similarity(alpha, alpha_again) > 0.8
    assert similarity(alpha, kumo) < 0.65


def test_a_recording_is_like_itself_and_silence_like_nothing():
    alpha = embed(*speech.kokoro())
    assert similarity(alpha, alpha) > 0.9999
    assert similarity(alpha, embed(np.zeros(24_000, np.float32), 24_000)) is None
    assert similarity(embed(speech.kokoro()[0][:2400], 24_000), alpha) is None


def test_a_short_take_of_a_voice_is_still_like_it():
    alpha = embed(*speech.kokoro())
    short = embed(*speech.kokoro("Thank you very much."))
    assert similarity(alpha, short) > 0.78
    assert np.isclose(np.linalg.norm(short), 1.0)
