"""What engines behind a network share: audio known by its bytes, events, waiting, stepping."""

import asyncio
import email.utils
import io
import threading
import time

import numpy as np
import pytest
import soundfile

from studio.audio.encode import wav_stream_header
from studio.engines.contract import EngineProblem
from studio.engines.services.audio import chunks
from studio.engines.services.events import EventTooLarge, events
from studio.engines.services.refusals import Identity, message_of
from studio.engines.services.steps import Silent, Steps, Stopped
from studio.engines.services.waits import retry_after

WHO = Identity("Service", "host", "KEY", "URL", "s3cret")
TONE = (0.5 * np.sin(2 * np.pi * 220 * np.arange(24000) / 24000)).astype(np.float32)
PCM = (TONE * 32767).astype("<i2").tobytes()


def cut(data, size):
    return iter([data[at : at + size] for at in range(0, len(data), size)])


def heard(data, size=777, rate=None, stop=None):
    found = list(
        chunks(cut(data, size), raw_rate=rate, identity=WHO, stop=stop or threading.Event())
    )
    return np.concatenate([c.samples for c in found]), {c.sample_rate for c in found}


@pytest.mark.parametrize("size", [1, 7, 4096, 10**6])
def test_raw_samples_survive_any_cut(size):
    samples, rates = heard(PCM, size, rate=24000)
    assert np.abs(samples - TONE).max() < 1e-4
    assert rates == {24000}


@pytest.mark.parametrize(
    "subtype", ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ALAW"]
)
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("size", [1, 7, 5000])
def test_every_kind_of_wav_is_heard(subtype, channels, size):
    file = io.BytesIO()
    soundfile.write(file, np.stack([TONE] * channels, 1), 24000, subtype, format="WAV")
    samples, rates = heard(file.getvalue(), size)
    assert rates == {24000}
    assert len(samples) == 24000
    assert np.abs(samples - TONE).max() < (0.04 if subtype in ("PCM_U8", "ALAW") else 1e-4)


def test_the_first_samples_of_a_wav_do_not_wait_for_the_next():
    taken = []

    def pieces():
        for piece in cut(wav_stream_header(24000) + PCM, 2000):
            taken.append(piece)
            yield piece

    next(chunks(pieces(), raw_rate=None, identity=WHO, stop=threading.Event()))
    assert len(taken) == 1


def test_what_follows_the_samples_of_a_wav_is_not_heard():
    file = io.BytesIO()
    soundfile.write(file, TONE, 24000, "PCM_16", format="WAV")
    tail = b"LIST" + (1000).to_bytes(4, "little") + b"x" * 1000
    assert len(heard(file.getvalue() + tail)[0]) == 24000


def test_samples_that_begin_like_an_mp3_stay_samples():
    loud = b"\xff\xfb\x90\x00" * 6000
    samples, _ = heard(loud, rate=24000)
    assert len(samples) == len(loud) // 2


def test_without_a_sign_bytes_are_refused_where_a_header_was_asked_for():
    with pytest.raises(EngineProblem, match="service_not_audio"):
        heard(PCM)


@pytest.mark.parametrize(
    "text", [b"<html>" + b"x" * 50, b'{"detail": "busy today"}', b"Bad gateway!"]
)
def test_words_in_place_of_samples_are_refused(text):
    with pytest.raises(EngineProblem, match="service_not_audio"):
        heard(text, rate=24000)


def test_half_a_sample_at_the_end_is_a_cut_unless_the_listener_left():
    with pytest.raises(EngineProblem, match="service_cut_off"):
        heard(PCM[:-1], rate=24000)
    stop = threading.Event()

    def leaving():
        yield PCM[:-1]
        stop.set()

    assert list(chunks(leaving(), raw_rate=24000, identity=WHO, stop=stop))


def test_a_problem_of_the_network_passes_through_the_decoder():
    file = io.BytesIO()
    soundfile.write(file, TONE, 24000, format="FLAC")

    def breaking():
        yield file.getvalue()[:9000]
        raise WHO.problem("service_cut_off", host="host")

    with pytest.raises(EngineProblem, match="service_cut_off"):
        list(chunks(breaking(), raw_rate=None, identity=WHO, stop=threading.Event()))


def parsed(data, size, limit=1000):
    async def pieces():
        for piece in cut(data, size):
            yield piece

    async def all_of():
        return [(event.name, event.data) async for event in events(pieces(), limit)]

    return asyncio.run(all_of())


@pytest.mark.parametrize("size", [1, 3, 1000])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_events_survive_any_cut(size, end):
    lines = [
        b": hello",
        b"event: a",
        b"data: one",
        b"data: two",
        b"",
        b"data:\xea\xb0\x80",
        b"",
        b"",
    ]
    expected = [("a", "one\ntwo"), ("", "가")]
    assert parsed(end.join(lines), size) == expected


def test_an_event_without_its_end_is_handed_over():
    assert parsed(b"data: last", 4) == [("", "last")]


@pytest.mark.parametrize("data", [b"data: " + b"x" * 2000, b"data: x\n" * 500])
def test_an_event_has_a_limit(data):
    with pytest.raises(EventTooLarge):
        parsed(data, 100)


def test_retry_after_is_a_number_or_a_date():
    assert retry_after({"Retry-After": "2.5"}) == 2.5
    soon = email.utils.formatdate(time.time() + 60, usegmt=True)
    assert 55 < retry_after({"retry-after": soon}) <= 61
    for nonsense in ("", "soon", "-1", "1e9", "99999999999"):
        assert retry_after({"retry-after": nonsense}) is None


def test_messages_are_found_in_every_shape():
    assert message_of({"error": {"message": "a"}}) == "a"
    assert message_of({"detail": [{"msg": "a"}, {"msg": "b"}]}) == "a; b"
    assert message_of({"detail": {"status": "x", "message": "a"}}) == "a"
    assert message_of({"error": None, "x": 1}) == ""


def test_quoted_words_are_one_short_line_without_the_key():
    quoted = WHO.quoted("key s3cret\nis\x1b[31m wrong " + "x" * 400)
    assert "s3cret" not in quoted
    assert "s3cret" not in repr(WHO)
    assert quoted.startswith("key … is[31m wrong x")
    assert len(quoted) == 200


def test_waiting_has_a_limit_and_sees_the_flag():
    steps, stop = Steps(), threading.Event()
    with pytest.raises(Silent):
        steps.run(asyncio.sleep(5), stop, 0.2)
    threading.Timer(0.2, stop.set).start()
    began = time.monotonic()
    with pytest.raises(Stopped):
        steps.run(asyncio.sleep(5), stop, 5)
    assert time.monotonic() - began < 0.5
    steps.close()


def test_a_generator_is_closed_however_its_iteration_ends():
    closed = []

    async def source():
        try:
            while True:
                yield 1
        finally:
            await asyncio.sleep(0.01)
            closed.append(True)

    steps = Steps()
    iteration = steps.iterate(source(), None, 1)
    assert next(iteration) == 1
    iteration.close()
    assert closed == [True]
    steps.close()
