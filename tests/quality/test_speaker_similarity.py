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


def test_a_short_clip_is_heard_as_if_it_were_said_again_and_again():
    samples, rate = speech.piper("The soup needs salt.")
    once, often = embed(samples, rate), embed(np.tile(samples, 4), rate)
    assert similarity(once, often) > 0.99
