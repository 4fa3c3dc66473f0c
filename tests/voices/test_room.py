"""How many voices an account may keep."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from studio.problems import Conflict
from studio.store.account_tables import User
from studio.voices.saving import Application
from tests.audio import files, speech
from tests.voices.conftest import Bench

OWNER = "local"
GIVEN = Application(name="민지", language="ko-KR", transcript=speech.KOREAN, consent=True)


@pytest.fixture(scope="module")
def korean():
    samples, rate = speech.espeak(speech.KOREAN, "ko")
    return files.make("wav", samples, rate)


def test_of_voices_saved_at_once_no_more_are_kept_than_there_is_room_for(bench: Bench, korean):
    bench.settings.quota_voices = 2

    def save(_):
        try:
            bench.voices.create(OWNER, korean, GIVEN)
        except Conflict as refusal:
            return refusal.code
        return "saved"

    with ThreadPoolExecutor(5) as crowd:
        outcomes = sorted(crowd.map(save, range(5)))
    assert outcomes == ["quota_voices"] * 3 + ["saved"] * 2
    kept = list(bench.voices.list(OWNER))
    assert len(kept) == 2
    blobs = {bench.row(voice.id).clip_blob for voice in kept} | {
        bench.row(voice.id).reference_blob for voice in kept
    }
    assert len(bench.files()) == len(blobs - {None})


def test_an_account_over_its_own_limit_is_refused_before_anything_is_decoded(bench: Bench):
    someone = User(id=OWNER, name="one", roles=["creator"], limits={"voices": 0})
    bench.database.write(lambda session: session.add(someone))
    with pytest.raises(Conflict) as refusal:
        bench.voices.create(OWNER, b"no recording at all", GIVEN)
    assert (refusal.value.code, refusal.value.params) == ("quota_voices", {"count": 0, "limit": 0})
