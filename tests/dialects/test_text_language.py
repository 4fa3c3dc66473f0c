"""The language of a text by its script."""

import pytest

from studio.dialects.text_language import text_language


@pytest.mark.parametrize(
    ("text", "likely", "expected"),
    [
        ("안녕하세요", "en", "ko"),
        ("漢字와 한글", "ja", "ko"),
        ("今日は良い天気です", "en", "ja"),
        ("今天天气很好", "en", "zh"),
        ("今天天气很好", "yue", "yue"),
        ("Привет", "en", "ru"),
        ("Привіт", "uk", "uk"),
        ("Good morning", "de", "de"),
        ("Good morning", "ko", "en"),
        ("KBS 뉴스입니다", "en", "ko"),
        ("12 + 3 = 15", "fr", "fr"),
        ("", "ko", "en"),
    ],
)
def test_the_script_tells_the_language_and_the_voice_those_that_share_it(text, likely, expected):
    assert text_language(text, likely) == expected
