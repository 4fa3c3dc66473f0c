"""What a line of the log says of exceptions and engines, and what it leaves out."""

import json
import logging
import sqlite3
import threading

import pytest
from sqlalchemy.exc import IntegrityError

from studio.logs import REQUEST, Trace, Words, formatter, told
from studio.problems import NotFound
from studio.runtime.vitals import CardVitals, cards_told

TRACE = """Traceback (most recent call last):
  File "/engines/loud/engine.py", line 7, in synthesize
    speak(text)
ValueError: cannot say 'Jane
Jane: 7'
"""


def line(form, *arguments, details=False, **more):
    record = logging.LogRecord(
        "studio.x", logging.WARNING, __file__, 1, arguments[0], arguments[1:], None
    )
    record.__dict__.update(more)
    return formatter(form, details=details).format(record)


def raised(problem, cause=None):
    """As logging gets it."""
    with pytest.raises(type(problem)) as info:  # noqa: PT012
        if cause is None:
            _raise(problem)
        try:
            _raise(cause)
        except type(cause) as inner:
            raise problem from inner
    return (info.type, info.value, info.tb)


def _raise(problem):
    raise problem


@pytest.mark.parametrize("form", ["text", "json"])
def test_an_exception_is_told_by_kind_and_place_without_its_words(form):
    info = raised(ValueError("of Jane"), KeyError("Jane"))
    written = line(form, "it failed: %s", info[1], exc_info=info)
    assert "Jane" not in written
    assert "it failed: ValueError" in written
    assert "KeyError" in written
    assert "test_log_lines.py" in written


@pytest.mark.parametrize("form", ["text", "json"])
def test_words_of_engines_are_left_out_and_their_tracebacks_keep_places(form):
    written = line(form, "engine %s: %s, %s", "loud", Words("Jane"), Trace(TRACE))
    assert "Jane" not in written
    assert "loud" in written
    assert "line 7, in synthesize" in written
    assert "ValueError" in written


@pytest.mark.parametrize("form", ["text", "json"])
def test_whoever_asks_for_details_gets_the_words(form):
    info = raised(ValueError("of Jane"))
    written = line(form, "engine: %s", Words("Hello"), details=True, exc_info=info)
    assert "Hello" in written
    assert "of Jane" in written


def test_codes_of_the_studio_the_system_and_the_database_are_told():
    driver = sqlite3.IntegrityError("UNIQUE constraint failed: Jane")
    driver.sqlite_errorname = "SQLITE_CONSTRAINT_UNIQUE"
    assert told(NotFound("unknown_voice", voice="Jane")) == "NotFound unknown_voice"
    assert (
        told(OSError(28, "No space left on device", "/data/Jane"))
        == "OSError ENOSPC: No space left on device"
    )
    assert told(IntegrityError("INSERT", {}, driver)) == "IntegrityError SQLITE_CONSTRAINT_UNIQUE"
    assert (
        told(ModuleNotFoundError("No module named 'espnet'", name="espnet"))
        == "ModuleNotFoundError espnet"
    )


def test_a_json_line_has_the_requests_id_and_the_events_figures():
    token = REQUEST.set("a" * 32)
    try:
        found = json.loads(line("json", "GET /api/takes 200", route="/api/takes", status=200))
    finally:
        REQUEST.reset(token)
    assert found["request"] == "a" * 32
    assert (found["level"], found["logger"], found["route"], found["status"]) == (
        "WARNING",
        "studio.x",
        "/api/takes",
        200,
    )


def test_several_lines_of_a_text_stay_one_event_in_json():
    assert len(line("json", "%s", "one\ntwo", exc_info=raised(ValueError("x"))).splitlines()) == 1


def test_a_formatter_leaves_the_record_to_others_as_it_was():
    record = logging.LogRecord("studio", logging.ERROR, __file__, 1, "%s", (Words("Jane"),), None)
    formatter("text").format(record)
    assert record.getMessage() == "Jane"


def test_a_thread_that_ends_by_an_exception_is_logged_without_words(monkeypatch, caplog):
    from studio import logs

    monkeypatch.setattr(threading, "excepthook", logs._thread_crashed)
    thread = threading.Thread(target=int, args=("Jane",), name="worker-7")
    thread.start()
    thread.join()
    (record,) = caplog.records
    assert "worker-7" in record.getMessage()
    assert "Jane" not in formatter("text").format(record)


def test_what_the_cards_driver_says_is_read_and_what_it_does_not_know_left_out():
    said = "0, 1024, 81559, 37\n1, [N/A], 81559, 0\n\nnonsense\n"
    assert cards_told(said) == [CardVitals("0", 1024 * 2**20, 81559 * 2**20, 0.37)]
