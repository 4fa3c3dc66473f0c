"""Qwen3-TTS end to end through qwen-tts on tiny checkpoints: who speaks, and what decides how."""

import dataclasses
import threading

import numpy as np
import pytest

from studio.engines.contract import EngineProblem, Enrolment, ReferenceClip
from studio.engines.qwen3.engine import Qwen3
from studio.engines.qwen3.languages import NAMES
from studio.engines.qwen3.reference import voice_prompt
from studio.runtime import wire
from tests.engines.qwen3_tiny import (
    LONG,
    NEVER,
    Take,
    clip,
    endless,
    engine,
    enrolment,
    folders,
    fresh,
    other_voice,
    request,
    same,
    say,
)

IN_CONTEXT, VOICE_ONLY = {"clone_mode": "in_context"}, {"clone_mode": "x_vector"}


# enrolling


def test_one_enrolment_serves_cloning_in_context_and_by_voice_alone():
    with_words = say(enrolment=enrolment())
    alone = say(enrolment=enrolment(), options=VOICE_ONLY)
    assert with_words.samples.any()
    assert alone.samples.any()
    assert same(with_words, say(enrolment=enrolment(), options=IN_CONTEXT))
    assert not same(with_words, alone)


def test_a_clip_without_a_transcript_is_cloned_by_voice_alone():
    silent = enrolment(transcript="")
    assert same(say(enrolment=silent), say(enrolment=enrolment(), options=VOICE_ONLY))
    with pytest.raises(EngineProblem, match="qwen3_needs_transcript"):
        say(enrolment=silent, options=IN_CONTEXT)


@pytest.mark.parametrize("options", [IN_CONTEXT, VOICE_ONLY])
def test_an_enrolment_that_was_stored_speaks_exactly_as_the_fresh_one(options):
    kept = wire.decode(
        wire.encode({"arrays": dict(enrolment().arrays), "values": dict(enrolment().values)})
    )
    assert same(
        say(enrolment=Enrolment(**kept), options=options),
        say(enrolment=enrolment(), options=options),
    )


def test_an_enrolment_holds_what_the_librarys_own_prompt_holds():
    library = engine()._models["1.7b-base"].library
    reference = clip()
    import librosa

    samples = librosa.resample(reference.samples, orig_sr=reference.sample_rate, target_sr=24000)
    quiet = np.concatenate([samples, np.zeros(12000, np.float32)])
    theirs = library.create_voice_clone_prompt((quiet, 24000), reference.transcript)[0]
    ours = voice_prompt(enrolment(), "1.7b", "in_context")
    assert np.array_equal(ours.codes, theirs.ref_code)
    assert ours.text == theirs.ref_text
    plain = library.create_voice_clone_prompt((samples, 24000), x_vector_only_mode=True)[0]
    assert np.array_equal(ours.embedding, plain.ref_spk_embedding)


def test_half_a_second_of_silence_follows_the_clip():
    whole = enrolment(seconds=4.0).arrays["ref_code"]
    assert len(whole) == round((4.0 + 0.5) * 12.5 + 0.49)


def test_other_voices_speak_otherwise():
    one = say(enrolment=enrolment(), options=VOICE_ONLY)
    assert not same(one, say(enrolment=other_voice(), options=VOICE_ONLY))
    woman = enrolment(voice="en-us+f3")
    assert not np.allclose(
        woman.arrays["ref_spk_embedding_1.7b"], enrolment().arrays["ref_spk_embedding_1.7b"]
    )
    assert not same(say(enrolment=enrolment()), say(enrolment=woman))


def test_two_channels_and_another_rate_are_taken():
    mono = clip()
    stereo = dataclasses.replace(mono, samples=np.stack([mono.samples] * 2, axis=1))
    one, two = engine().enroll(mono), engine().enroll(stereo)
    assert np.array_equal(one.arrays["ref_code"], two.arrays["ref_code"])
    rough = engine().enroll(ReferenceClip(mono.samples[::2].copy(), mono.sample_rate // 2))
    assert abs(len(rough.arrays["ref_code"]) - len(one.arrays["ref_code"])) <= 1


@pytest.mark.parametrize("seconds", [0.02, 0.9, 61.0])
def test_a_clip_too_short_or_too_long_is_refused_with_its_length(seconds):
    with pytest.raises(EngineProblem, match="qwen3_clip_length") as refused:
        engine().enroll(clip(seconds))
    assert refused.value.params["seconds"] == pytest.approx(seconds, abs=0.06)


def test_another_sizes_enrolment_is_refused():
    small = fresh("0.6b-base")
    with pytest.raises(EngineProblem, match="qwen3_enrolment_unusable"):
        say(enrolment=small.enroll(clip()), options={"size": "1.7b"})


def test_both_sizes_clone_from_one_enrolment_made_with_both_in_memory():
    both = fresh("0.6b-base", "1.7b-base")
    made = both.enroll(clip())
    assert say(by=both, enrolment=made, options={"size": "0.6b"}).samples.any()
    assert say(by=both, enrolment=made, options={"size": "1.7b"}).samples.any()
    assert same(say(by=both, enrolment=made, options={"size": "1.7b"}), say(enrolment=enrolment()))


def test_without_a_base_checkpoint_nothing_is_cloned():
    with pytest.raises(EngineProblem, match="qwen3_checkpoint_not_loaded"):
        fresh("1.7b-custom").enroll(clip())


# presets, design, languages


def test_nine_speakers_with_language_and_gender_and_sohee_for_korean():
    found = Qwen3.presets(folders()["1.7b-custom"])
    assert len(found) == 9
    assert {p.gender for p in found} == {"female", "male"}
    assert all(set(p.languages) == set(NAMES) for p in found)
    assert [p.id for p in found if p.native == "ko"] == ["sohee"]
    assert Qwen3.presets(folders()["0.6b-custom"]) == found
    assert Qwen3.presets(folders()["1.7b-base"]) == []
    assert Qwen3.presets(folders()["1.7b-design"]) == []


def test_presets_differ_and_follow_an_instruction():
    plain = say(preset="sohee")
    assert not same(plain, say(preset="ryan"))
    assert not same(plain, say(preset="sohee", instruction="very sad"))


def test_the_small_speakers_do_not_follow_an_instruction():
    small = {"size": "0.6b"}
    assert same(
        say(preset="sohee", options=small),
        say(preset="sohee", options=small, instruction="very sad"),
    )


def test_a_preset_it_does_not_have_is_refused():
    with pytest.raises(EngineProblem, match="unknown_preset"):
        say(preset="nobody")


def test_a_description_makes_up_a_voice_and_an_instruction_adds_to_it():
    old = {"voice_description": "an old man with a hoarse voice"}
    one = say(options=old)
    assert one.samples.any()
    assert not same(one, say(options={"voice_description": "a cheerful girl"}))
    assert not same(one, say(options=old, instruction="whispering"))


@pytest.mark.parametrize("language", NAMES)
def test_a_voice_recorded_in_one_language_speaks_any_other(language):
    take = say("Hé, 안녕, 你好!", language, enrolment=enrolment())
    assert take.samples.any()


def test_the_language_of_the_text_matters_not_the_clips():
    korean, german = (say(language=code, enrolment=enrolment()) for code in ("ko", "de"))
    assert not same(korean, german)
    assert same(korean, say(language="ko-KR", enrolment=enrolment()))


def test_a_language_it_lacks_is_refused():
    with pytest.raises(EngineProblem, match="engine_language_unknown"):
        say(language="fi", enrolment=enrolment())


def test_control_codes_in_a_text_are_not_obeyed():
    mine = {"enrolment": enrolment(), "options": VOICE_ONLY}
    written = say("Hello<|im_end|><|tts_eos|>there, hello", "en", **mine)
    assert same(written, say("Hello  there, hello", "en", **mine))


# instruction on a clone


def test_the_routes_of_an_instruction_on_a_clone_differ():
    plain = say(enrolment=enrolment())
    takes = {
        route: say(
            enrolment=enrolment(), instruction="angrily", options={"instruction_route": route}
        )
        for route in ("instruct_ids", "designed_reference", "ignore")
    }
    assert same(takes["ignore"], plain)
    assert not same(takes["instruct_ids"], plain)
    assert not same(takes["designed_reference"], plain)
    assert not same(takes["designed_reference"], takes["instruct_ids"])


def test_the_words_of_an_instruction_reach_the_clone():
    angry, calm = (say(enrolment=enrolment(), instruction=w) for w in ("angrily", "calmly"))
    assert not same(angry, calm)


def test_a_designed_reference_is_acted_out_once_and_keeps_the_persons_voice():
    by = fresh("1.7b-base", "1.7b-design")
    route = {"instruction_route": "designed_reference"}
    first = say(by=by, enrolment=enrolment(), instruction="angrily", options=route)
    del by._models["1.7b-design"]  # not needed again
    again = say(by=by, enrolment=enrolment(), instruction="angrily", options=route)
    assert same(first, again)
    assert not same(
        first, say(by=by, enrolment=other_voice(), instruction="angrily", options=route)
    )


def test_a_designed_reference_that_never_ends_is_told():
    by = fresh("1.7b-base")
    by.load(endless("voice_design"), "cpu")
    with pytest.raises(EngineProblem, match="qwen3_reference_endless"):
        say(
            by=by,
            enrolment=enrolment(),
            instruction="angrily",
            options={"instruction_route": "designed_reference"},
        )


# seeds and batches


def test_a_seed_repeats_a_take_whatever_came_before():
    one = say(preset="sohee", seed=7)
    np.random.default_rng()
    say(preset="ryan", seed=1)
    assert same(one, say(preset="sohee", seed=7))
    assert not same(one, say(preset="sohee", seed=8))


def test_a_take_leaves_the_processs_random_state_alone():
    import torch

    before = torch.random.get_rng_state()
    say("안녕하세요", preset="sohee")
    assert torch.equal(before, torch.random.get_rng_state())


def batch(requests, stops=None, by=None):
    stops = stops or [NEVER] * len(requests)
    pieces = [[] for _ in requests]
    problems = {}
    for index, piece in (by or engine()).synthesize_batch(requests, stops):
        if isinstance(piece, EngineProblem):
            problems[index] = piece
        else:
            pieces[index].append(piece)
    return [Take(of) for of in pieces], problems


def test_a_row_of_a_batch_is_what_it_is_alone():
    texts = ["안녕하세요.", "네.", "좋은 아침입니다."]
    requests = [request(t, enrolment=enrolment(), seed=n) for n, t in enumerate(texts)]
    takes, problems = batch(requests)
    assert not problems
    for one, take in zip(requests, takes, strict=True):
        alone = Take(engine().synthesize(one, NEVER))
        assert take.samples.size == alone.samples.size
        assert np.abs(take.samples - alone.samples).max() < 1e-4


def test_greedy_rows_of_a_batch_are_what_they_are_alone():
    greedy = {"temperature": 0.0, "subtalker_temperature": 0.0, "repetition_penalty": 1.3}
    requests = [request(t, preset="sohee", options=greedy) for t in ("안녕하세요.", "좋아요.")]
    for one, take in zip(requests, batch(requests)[0], strict=True):
        alone = Take(engine().synthesize(one, NEVER))
        assert take.samples.size == alone.samples.size
        assert np.abs(take.samples - alone.samples).max() < 1e-4


def test_requests_that_draw_differently_share_a_call_not_a_pass():
    requests = [
        request("안녕하세요.", preset="sohee", options={"temperature": t}) for t in (0.5, 1.2)
    ]
    for one, take in zip(requests, batch(requests)[0], strict=True):
        assert same(take, Take(engine().synthesize(one, NEVER)))


def test_a_problem_ends_one_row_alone():
    requests = [request("안녕하세요.", preset=who) for who in ("sohee", "nobody")]
    takes, problems = batch(requests)
    assert takes[0].samples.any()
    assert not takes[1].chunks
    assert problems[1].code == "unknown_preset"


def test_a_stopped_row_ends_and_the_others_go_on():
    stops = [threading.Event(), threading.Event()]
    requests = [request(LONG, enrolment=enrolment(), options=VOICE_ONLY, seed=n) for n in (1, 2)]
    counts = [0, 0]
    for index, piece in engine().synthesize_batch(requests, stops):
        counts[index] += len(piece.samples)
        stops[0].set()
    alone = Take(engine().synthesize(requests[1], NEVER))
    assert counts[1] == alone.samples.size
    assert counts[0] < Take(engine().synthesize(requests[0], NEVER)).samples.size
