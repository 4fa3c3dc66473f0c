"""Every claim of every card, held against the adapter: real libraries, real engine processes."""

import threading
import time
import tomllib
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from studio import locales
from studio.engines.card import Instructing
from studio.engines.contract import Enrolment
from studio.engines.registry import GROUP, engine_class
from studio.problems import Problem
from tests.engines.benches.stage import clip, environment, staged

PYPROJECT = Path(__file__).parents[2] / "pyproject.toml"
ENGINES = tuple(tomllib.loads(PYPROJECT.read_text())["project"]["entry-points"][GROUP])
SLOW = {"styletts2"}
"""Their smallest possible model is large."""
TEXT = "Good morning. It will rain. Take a coat."
TEXTS = {
    "ko": "오늘은 비가 옵니다.",
    "ja": "今日は雨です。",
    "zh": "今天会下雨。",
    "ru": "Будет дождь.",
    "hi": "आज बारिश होगी।",
    "ar": "ستمطر اليوم.",
    "fr": "Il va pleuvoir.",
    "de": "Es wird regnen.",
    "es": "Va a llover.",
}
INSTRUCTIONS = {"en": "very happily, and faster", "ko": "아주 신나게, 더 빠르게"}


# As on its bench, whose address is not known yet.
OPENAI = {"STUDIO_OPENAI_SERVERS": "http://127.0.0.1:9/v1", "STUDIO_OPENAI_CLONING": "all"}
with environment(OPENAI):
    CARDS = {name: engine_class(name).card for name in ENGINES}


def params(claim=lambda _card: True):
    return [
        pytest.param(name, marks=pytest.mark.slow if name in SLOW else ())
        for name, card in CARDS.items()
        if claim(card)
    ]


def engines_with(claim):
    """Only the engines of whose cards this is true."""
    return pytest.mark.parametrize("stage", params(claim), indirect=True, scope="module")


def is_remote(card):
    return card.hardware.runs_on == ("remote",)


@pytest.fixture(scope="module", params=params())
def stage(request, tmp_path_factory):
    """One engine after the other, so that few are in memory at once."""
    with staged(request.param, tmp_path_factory.mktemp(request.param)) as made:
        yield made


def test_the_engine_is_ready_on_its_bench(stage):
    state = stage.runtime.state(stage.name)
    assert state.state in ("ready", "loaded"), state.detail
    assert state.model_revision


def test_every_sentence_of_the_card_is_in_both_catalogues(stage):
    card = stage.card
    said = [card.summary, card.hardware.note, card.licence.terms, card.cloning.why_not]
    said += [fault.reason for fault in card.language_faults.values()]
    said += [variable.meaning for variable in card.variables]
    said += [weights.purpose for weights in card.weights]
    for sentence in filter(None, said):
        for language in locales.languages():
            assert sentence.code in locales.catalogue(language)
            assert locales.say(language, sentence)


def test_every_option_is_bounded_titled_and_refuses_what_it_does_not_know(stage):
    options = stage.kind.Options
    for field, schema in options.model_json_schema()["properties"].items():
        assert "default" in schema, field
        for language in locales.languages():
            assert f"ui.option.{stage.name.partition('-')[0]}.{field}" in locales.catalogue(
                language
            )
    with pytest.raises(ValidationError):
        options(no_such_option=1)


def test_the_facts_of_a_card_do_not_contradict_each_other(stage):
    card = stage.card
    assert not set(card.languages) & set(card.language_faults)
    assert card.cloning.kind == "none" or card.cloning.max_seconds >= card.cloning.min_seconds > 0
    assert card.licence.commercial or card.licence.url
    assert not card.licence.acceptance or card.licence.terms
    if is_remote(card):
        assert any(v.required for v in card.variables)
        assert card.price or stage.name.startswith("openai")
    if card.voice_design:
        assert "voice_description" in card_options(stage)
    if card.environment.kind == "own":
        assert card.environment.requirements
        assert card.environment.probe
        assert card.environment.disk_mb > 0


def card_options(stage):
    return stage.kind.Options.model_fields


def test_there_is_a_speaker_preset_or_clone(stage):
    assert stage.runtime.presets(stage.name) or stage.card.cloning.kind != "none"


def test_takes_are_finite_float32_mono_within_full_scale(stage):
    take = stage.render(TEXT)
    assert len({chunk.sample_rate for chunk in take.chunks}) == 1
    for chunk in take.chunks:
        assert chunk.samples.dtype == np.float32
        assert chunk.samples.ndim == 1
    assert np.isfinite(take.samples).all()
    assert np.abs(take.samples).max() <= 1.0
    assert take.samples.size > 0.1 * take.chunks[0].sample_rate


def test_streaming_is_claimed_exactly_where_sound_comes_before_the_end(stage):
    stage.render("Hello.")  # the first take loads
    take = stage.render(TEXT * 5)  # more than one piece for every engine
    if stage.card.streaming:
        assert len(take.chunks) >= 2
        assert take.moments[0] < 0.9 * take.moments[-1]
    else:
        assert len(take.chunks) == 1


# A service's samples are the service's; no card claims them.
@engines_with(lambda card: not is_remote(card))
def test_determinism_is_claimed_exactly_where_a_seed_repeats_the_samples(stage):
    one, two = (stage.render("It will rain.", seed=7).samples for _ in range(2))
    same = one.size == two.size and np.array_equal(one, two)
    assert same == stage.card.deterministic


def test_every_language_of_the_card_can_be_spoken(stage):
    failed = {}
    for language in stage.card.languages:
        if stage.card.cloning.kind == "none" and not stage.preset(language):
            continue  # no voice of it among the weights at hand: a plan refuses it
        try:
            stage.render(TEXTS.get(language, "Pluet."), language)
        except Problem as problem:
            failed[language] = (problem.code, dict(problem.params))
    assert not failed


# A compatible server knows its voices; the option of a free name is the person's.
@engines_with(lambda card: card.name != "openai")
def test_an_unknown_preset_is_refused_not_replaced(stage):
    with pytest.raises(Problem) as refused:
        stage.render("Hello.", preset="nobody-of-this-name")
    assert refused.value.code.endswith("unknown_preset")


def test_an_engine_that_does_not_clone_refuses_a_clip_and_one_that_does_uses_it(stage):
    if stage.card.cloning.kind == "none":
        with pytest.raises(Problem) as refused:
            stage.enrol(clip())
        assert "clone" in refused.value.code
        return
    enrolment = stage.enrol(clip())
    assert isinstance(enrolment, Enrolment)
    assert enrolment.arrays or enrolment.values
    take = stage.render(TEXT, enrolment=enrolment, seed=3)
    assert take.samples.size
    if stage.card.cloning.kind == "remote":
        return  # what the voice is made of is the service's
    other = stage.render(TEXT, enrolment=stage.enrol(clip(voice="en-us+f3")), seed=3)
    assert not np.array_equal(take.samples, other.samples)


@engines_with(lambda card: card.cloning.kind == "remote")
def test_a_clip_below_the_cards_seconds_is_refused_by_a_service_that_would_charge_for_it(stage):
    short = clip(0.5 * stage.card.cloning.min_seconds)
    with pytest.raises(Problem):
        stage.enrol(short)


def test_what_the_card_says_of_instructions_is_what_the_engine_does(stage):
    card = stage.card
    if card.instruction is Instructing.NONE:
        assert stage.kind.interpret(stage.asked(TEXT, instruction=INSTRUCTIONS["en"])) is None
        if card.deterministic:
            plain = stage.render("It will rain.", seed=5).samples
            told = stage.render("It will rain.", seed=5, instruction=INSTRUCTIONS["en"]).samples
            assert np.array_equal(plain, told)
        return
    if card.instruction is Instructing.MAPPED:
        for language, words in INSTRUCTIONS.items():
            reading = stage.kind.interpret(stage.asked(TEXT, language, instruction=words))
            assert reading is not None
            assert reading.status == "approximated"
            assert reading.options or reading.passes
            stage.kind.Options(**reading.options)
            for tag in locales.languages():
                assert locales.say(tag, reading.note)


def test_a_stopped_take_yields_nothing(stage):
    stop = threading.Event()
    stop.set()
    assert not stage.render(TEXT, cancel=stop).chunks


def test_a_cancelled_take_ends_soon_and_the_engine_speaks_again(stage):
    stop = threading.Event()
    moment = []

    def first(_chunk):
        if not moment:
            moment.append(time.perf_counter())
            stop.set()

    take = stage.render(TEXT * 6, cancel=stop, on_chunk=first)
    assert take.report.cancelled or not stage.card.streaming
    assert time.perf_counter() - moment[0] < 3.0
    assert stage.render("Hello again.").samples.size


@engines_with(lambda card: card.batch > 1)
def test_several_at_once_give_each_its_take(stage):
    from studio.engines.contract import Request
    from studio.runtime.report import BatchItem

    texts = ["Hello.", TEXT, "It will rain."][: stage.card.batch]
    heard = [[] for _ in texts]
    asked = stage.asked(
        TEXT, **({"preset": stage.preset()} if stage.preset() else {"speaker": "clone"})
    )
    items = [
        BatchItem(
            Request(text, "en", options=dict(asked.options), seed=1, **stage.speaker()),
            chunks.append,
            threading.Event(),
        )
        for text, chunks in zip(texts, heard, strict=True)
    ]
    reports = stage.runtime.render_batch(stage.name, items, sets=stage.sets(asked))
    assert not [report for report in reports if isinstance(report, Problem)]
    assert all(heard)


@engines_with(lambda card: card.voice_design)
def test_a_designed_voice_speaks_and_follows_its_description(stage):
    one = stage.render(TEXT, designed=True, seed=1, options={"voice_description": "a deep old man"})
    two = stage.render(TEXT, designed=True, seed=1, options={"voice_description": "a bright girl"})
    assert one.samples.size
    assert not np.array_equal(one.samples, two.samples)


def test_every_built_in_engine_has_a_bench():
    for name in ENGINES:
        assert (Path(__file__).parent / "benches" / f"{name}.py").is_file(), name
        assert engine_class(name)
