"""The catalogues: complete in every language, and complete for every code the sources use."""

import functools
import re
import string
from itertools import chain
from pathlib import Path

import pytest

from studio import locales
from studio.engines.lexicon import Dimension, Emotion
from studio.engines.registry import engine_classes

ROOT = Path(__file__).parents[1]


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@pytest.mark.parametrize("language", locales.languages())
def test_a_language_has_exactly_the_keys_of_english(language):
    english, other = locales.own("en"), locales.own(language)
    assert sorted(english) == sorted(other)


@pytest.mark.parametrize("language", locales.languages())
def test_every_sentence_fills_the_same_placeholders_as_english(language):
    english, other = locales.own("en"), locales.own(language)
    differing = {
        key: (placeholders(english[key]), placeholders(text))
        for key, text in other.items()
        if placeholders(text) != placeholders(english[key])
    }
    assert not differing


def test_korean_sentences_are_korean():
    hangul = re.compile("[가-힣]")
    english = locales.catalogue("en")
    same = [
        key
        for key, text in locales.catalogue("ko").items()
        if text == english[key] and len(re.findall("[A-Za-z]{3,}", text)) > 3
    ]
    assert not same, "left in English"
    share = sum(bool(hangul.search(t)) for t in locales.catalogue("ko").values())
    assert share > 0.8 * len(english)


PROBLEM = re.compile(
    r"\b(?:Problem|BadInput|NotFound|Conflict|TooLarge|NotAllowed|TooMany|Unavailable|AudioError"
    r"|EngineProblem)\(\s*\"([a-z0-9_.]+)\""
)
NOTE = re.compile(r"\b(?:note|Note)\(\s*\"([a-z0-9_.]+)\"")


def test_every_problem_and_note_in_the_sources_has_its_sentence():
    texts = locales.catalogue("en")
    missing = []
    for path in (ROOT / "studio").rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        missing += [
            (path.name, code) for code in PROBLEM.findall(source) if f"error.{code}" not in texts
        ]
        missing += [(path.name, code) for code in NOTE.findall(source) if code not in texts]
    assert not missing


@functools.cache
def sources(*places: str) -> str:
    """Everything that may name a key: the studio's modules and the pages' scripts."""
    files = chain.from_iterable(
        [ROOT / place] if (ROOT / place).is_file() else (ROOT / place).rglob("*")
        for place in places or ("studio", "assets")
    )
    return "\n".join(
        path.read_text(encoding="utf-8") for path in files if path.suffix in (".py", ".js")
    )


def quoted(name: str, *places: str) -> bool:
    return re.search(f"[\"'`]{re.escape(name)}[\"'`]", sources(*places)) is not None


COMPOSED = {
    "error.": (),
    "cli.": ("studio/cli",),
    "state.": ("studio/runtime",),
    "expected.": ("studio/api/problems.py",),
    "matrix.column_": ("studio/engines/matrix.py",),
    "checkup.reason.": ("studio/audio/checkup.py",),
    "doctor.finding.": ("studio/quality/judging.py",),
    "doctor.advice.": ("studio/quality/advice.py",),
    "take.finding.": ("studio/quality",),
    "measure.name.": ("studio/quality/catalogue.py",),
    "measure.meaning.": ("studio/quality/catalogue.py",),
    "measure.word.": ("studio/quality/catalogue.py",),
}
"""Keys composed of a prefix and a name: the name stands quoted in these places."""


def computed() -> set[str]:
    """Keys that follow from what engines can do."""
    feelings = {f"engine.instruction.{emotion.value}" for emotion in Emotion}
    directions = {f"engine.instruction.{d.value}_{s}" for d in Dimension for s in ("more", "less")}
    percents = {
        f"engine.instruction.{name}_percent" for name in ("rate", "pitch", "range", "volume")
    }
    options = {
        f"ui.option.{engine}.{field}{help_text}"
        for engine, kind in engine_classes().items()
        for field in kind.Options.model_fields
        for help_text in ("", "_info")
    }
    choices = {
        f"ui.option.{engine}.{field}.{choice}"
        for engine, kind in engine_classes().items()
        for field, facts in kind.Options.model_json_schema().get("properties", {}).items()
        for choice in facts.get("enum", ())
    }
    return choices | feelings | directions | percents | options


def test_every_key_is_used():
    """Those of the pages, ``ui.*`` and ``rater.*``, are looked after by tests of tests/ui."""
    known = computed()
    whole = sources()
    idle = []
    for key in locales.catalogue("en"):
        prefix = next((p for p in COMPOSED if key.startswith(p)), None)
        name = key.removeprefix(prefix or "")
        used = (
            key in known
            or (key.startswith("ui.") and not key.startswith("ui.option."))
            or key.startswith("rater.")
            or re.search(f"[\"'`]{re.escape(key)}[\"'`]", whole)
            or (prefix is not None and quoted(name, *COMPOSED[prefix]))
        )
        if not used:
            idle.append(key)
    assert not idle, idle


@pytest.mark.parametrize(
    ("header", "chosen", "expected"),
    [
        ("ko-KR,ko;q=0.9,en;q=0.8", None, "ko"),
        ("en-US,en;q=0.9,ko;q=0.8", None, "en"),
        ("fr,de;q=0.5,ko;q=0.1", None, "ko"),
        ("en;q=0.2,ko;q=0.7", None, "ko"),
        ("fr", None, "en"),
        (None, None, "en"),
        ("ko;q=nonsense", None, "en"),
        ("ko", "en", "en"),
        ("ko", "xx", "ko"),
    ],
)
def test_the_language_is_the_persons_choice_else_the_browsers(header, chosen, expected):
    assert locales.negotiate(header, chosen) == expected


def test_a_note_survives_json_and_nests():
    inner = locales.note("error.x", n=1)
    outer = locales.note("error.y", why=inner)
    assert locales.Note.from_json(outer.to_json()) == outer


def test_a_plugins_own_sentence_is_said_as_it_stands():
    assert locales.say("ko", locales.note("Speaks {well}.", n=1)) == "Speaks {well}."


def test_a_languages_name_is_put_into_the_language_of_the_sentence():
    refusal = locales.note(
        "take.language.not_spoken", engine="Piper", language=locales.LanguageName("ko")
    )
    assert locales.Note.from_json(refusal.to_json()) == refusal
    assert locales.say("en", refusal) == "Piper does not speak Korean"
    assert "한국어" in locales.say("ko", refusal)
    assert locales.language_name("qqq", "ko") == "qqq"
