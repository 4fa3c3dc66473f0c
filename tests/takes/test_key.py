"""The key: equal for what sounds equal, different for whatever changes the samples."""

import pytest

from studio.takes.condition import condition
from studio.takes.key import take_key, text_sha256

PARTS = {
    "engine": "kokoro",
    "model_revision": "1",
    "speaker": "preset:a",
    "text": "가",
    "language": "ko",
    "instruction": "",
    "options": {"speed": 1.0, "pitch": 2},
    "seed": 0,
}


def test_the_order_of_options_and_the_form_of_unicode_do_not_matter():
    other = {**PARTS, "options": {"pitch": 2, "speed": 1.0}, "text": "\u1100\u1161"}
    assert take_key(**PARTS) == take_key(**other)
    assert text_sha256("가") == text_sha256("\u1100\u1161")
    assert len(take_key(**PARTS)) == 64


@pytest.mark.parametrize(
    "change",
    [
        {"engine": "piper"},
        {"model_revision": "2"},
        {"speaker": "clip:a"},
        {"text": "나"},
        {"language": "en"},
        {"instruction": "x"},
        {"options": {"speed": 1.1, "pitch": 2}},
        {"seed": 1},
        {"text": "", "instruction": "가"},
    ],
)
def test_each_part_counts(change):
    assert take_key(**PARTS) != take_key(**{**PARTS, **change})


def test_a_condition_names_engine_and_voice():
    assert condition("kokoro", "jf_alpha") == "kokoro/jf_alpha"
    assert condition("xtts", "", "v1") == "xtts/clone:v1"
    assert condition("qwen3", "", "v1", model="1.7b-base") == "qwen3/clone:v1@1.7b-base"
    assert condition("kokoro", "jf_alpha", "v1") == "kokoro/jf_alpha"
