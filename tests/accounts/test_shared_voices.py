"""A voice is shared: others use it and hear what engines get, change nothing, and lose it at once."""

import threading

import pytest

from studio.accounts.principal import Role
from studio.engines.card import Cloning
from studio.engines.contract import Enrolment
from studio.engines.registry import engine_class
from tests.accounts.bench import a_studio, signed_in, someone
from tests.e2e.speech import a_clip
from tests.suite_engines import find_engines, forget_engines
from tests.waiting import until

ORDER = {"text": "Said by somebody.", "language": "en"}
CLONED = {"engine": "test_echo", "insist": True}
REMOTE = {"kind": "remote", "min_seconds": 1.0, "max_seconds": 60.0}


class World:
    """Alice with a voice, Bob who makes takes, Rita who only listens."""

    def __init__(self, studio, address, folder) -> None:
        self.studio = studio
        roles = {"alice": Role.CREATOR, "bob": Role.CREATOR, "rita": Role.RATER, "root": Role.ADMIN}
        for name, role in roles.items():
            someone(studio, name, role)
        self.alice, self.bob, self.rita, self.root = (
            signed_in(studio, address, name) for name in roles
        )
        self.clip = a_clip(folder / "clip.wav", "en").read_bytes()

    def save(self, **more) -> str:
        given = {"name": "Narrator", "language": "en", "consent": "true", "insist_clip": "true"}
        made = self.alice.post("/api/voices", files={"file": self.clip}, data={**given, **more})
        assert made.status_code == 201, made.text
        return made.json()["id"]

    def shared(self, **more) -> str:
        voice = self.save(**more)
        answer = self.alice.put(f"/api/voices/{voice}/sharing", json={"agreed": True})
        assert answer.status_code == 200, answer.text
        return voice

    def consents(self, voice: str) -> list:
        from sqlalchemy import select

        from studio.store.tables import Consent

        with self.studio.database.read() as session:
            query = select(Consent).where(Consent.voice_id == voice, Consent.about == "sharing")
            return list(session.scalars(query))


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shared")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TEST_ENGINES_JOURNAL", str(folder / "journal"))
        patch.setenv("STUDIO_TEST_SERVICE_KEY", "k")
        find_engines(patch)
        with a_studio(folder, stop_seconds=0) as (studio, address):
            yield World(studio, address, folder)
        forget_engines()


def ids(person) -> list[str]:
    return [one["id"] for one in person.get("/api/voices").json()["voices"]]


def test_sharing_needs_the_speakers_agreement_which_is_recorded(world):
    voice = world.save(speaker="Kim")
    refused = world.alice.put(f"/api/voices/{voice}/sharing", json={"agreed": False})
    assert refused.status_code == 422
    assert refused.json()["error"]["code"] == "sharing_consent_needed"
    assert voice not in ids(world.bob)
    assert world.consents(voice) == []

    told = world.alice.put(f"/api/voices/{voice}/sharing", json={"agreed": True}).json()
    (record,) = world.consents(voice)
    assert told["shared"]
    assert told["sharing"]["statement"] == record.statement
    assert "Kim" in record.statement
    assert record.withdrawn_at is None
    # the consent to the voice itself is as it was
    assert world.alice.get(f"/api/voices/{voice}/consent").json()["about"] == "speech"


def test_others_see_use_and_hear_a_shared_voice(world):
    voice = world.shared(transcript="")
    (seen,) = [one for one in world.bob.get("/api/voices").json()["voices"] if one["id"] == voice]
    assert (seen["mine"], seen["shared_by"]) == (False, "alice")
    assert seen["consent"]["about"] == "sharing"
    assert world.bob.get(f"/api/voices/{voice}").json()["name"] == "Narrator"
    heard = world.bob.get(f"/api/voices/{voice}/reference")
    assert heard.headers["content-type"] == "audio/wav"
    assert world.bob.get(f"/api/voices/{voice}/enrolments").status_code == 200

    made = world.bob.post(
        "/api/comparisons", json={**ORDER, "voice": voice, "engines": [CLONED]}
    ).json()
    take = until_over(world.bob, made["takes"][0]["id"])
    assert take["state"] == "done", take["error"]
    assert take["aspects"]["reference"]["status"] == "honoured"
    # and by its name, as clients of the speech API ask
    wanted = {"input": "Hello.", "model": "test_echo", "voice": voice}
    assert world.bob.post("/v1/audio/speech", json=wanted).status_code == 200


def until_over(person, take: str) -> dict:
    def over():
        found = person.get(f"/api/takes/{take}").json()
        return found if found["state"] in ("done", "failed", "cancelled") else None

    return until(over, 60)


@pytest.mark.parametrize("wrong", ["bob", "root"])
def test_only_its_owner_changes_a_shared_voice(world, wrong):
    voice = world.shared()
    person = getattr(world, wrong)
    here = f"/api/voices/{voice}"
    for answer in (
        person.put(here, json={"name": "Mine now"}),
        person.post(f"{here}/doctor", json={}),
        person.put(f"{here}/sharing", json={"agreed": True}),
        person.delete(f"{here}/sharing"),
        person.delete(here),
        person.get(f"{here}/clip"),
    ):
        assert answer.status_code == 403, f"{answer.request.method} {answer.request.url}"
        assert answer.json()["error"]["code"] == "voice_not_yours"
    assert person.get(f"{here}/consent").status_code == 404
    assert person.delete(f"/v1/audio/voices/{voice}").status_code == 403
    still = world.alice.get(here).json()
    assert (still["name"], still["shared"]) == ("Narrator", True)
    assert len(world.consents(voice)) == 1


def test_what_engines_do_not_get_is_not_shown_to_others(world):
    voice = world.shared()
    mine, theirs = (one.get(f"/api/voices/{voice}").json() for one in (world.alice, world.bob))
    assert mine["doctor"]["picture"]
    assert theirs["doctor"] is None
    part, whole = mine["doctor"]["part"], mine["check"]["seconds"]
    kept = (part["end"] - part["start"]) / whole
    assert len(theirs["check"]["peaks"]) == pytest.approx(kept * len(mine["check"]["peaks"]), abs=2)


def test_who_only_listens_and_who_is_not_signed_in_get_no_voice(world):
    import httpx

    voice = world.shared()
    assert world.rita.get(f"/api/voices/{voice}").status_code == 403
    with httpx.Client(base_url=world.alice.base_url) as nobody:
        assert nobody.get(f"/api/voices/{voice}/reference").status_code == 401


def test_unsharing_ends_use_at_once_also_of_what_waits(world):
    voice = world.shared()
    plan = {**ORDER, "voice": voice, "engines": [CLONED]}
    assert world.bob.post("/api/plans", json=plan).status_code == 200
    gate = threading.Event()
    asked = world.studio.runtime.enroll

    def slowly(*args, **more):
        assert gate.wait(30)
        return asked(*args, **more)

    world.studio.runtime.enroll = slowly
    try:
        # the first waits for the voice to be compiled, the second for the first
        texts = ("While it is shared.", "Too late.")
        made = [
            world.bob.post("/api/comparisons", json={**plan, "text": text}).json() for text in texts
        ]
        told = world.alice.delete(f"/api/voices/{voice}/sharing").json()
    finally:
        gate.set()
        world.studio.runtime.enroll = asked
    assert (told["shared"], told["sharing"]) == (False, None)
    late = until_over(world.bob, made[1]["takes"][0]["id"])
    assert late["state"] == "failed"

    assert voice not in ids(world.bob)
    for path in ("", "/reference", "/enrolments", "/closest/espeak"):
        assert world.bob.get(f"/api/voices/{voice}{path}").status_code == 404
    assert world.bob.post("/api/plans", json=plan).status_code == 404
    assert world.bob.post("/api/comparisons", json=plan).status_code == 404
    (record,) = world.consents(voice)
    assert record.withdrawn_at is not None


def test_sharing_twice_leaves_one_agreement_that_holds(world):
    voice = world.shared()
    world.alice.put(f"/api/voices/{voice}/sharing", json={"agreed": True})
    assert ids(world.bob).count(voice) == 1
    assert [one.withdrawn_at is None for one in world.consents(voice)].count(True) == 1


def test_a_deleted_voice_is_gone_for_everybody(world):
    voice = world.shared()
    assert world.alice.delete(f"/api/voices/{voice}").status_code == 204
    assert voice not in ids(world.bob)
    assert world.bob.get(f"/api/voices/{voice}/reference").status_code == 404


def test_a_voice_in_the_bin_is_shared_with_nobody(world):
    from studio.store.base import now
    from studio.store.tables import Voice

    voice = world.shared()

    def bin_it(session) -> None:
        session.get_one(Voice, voice).deleted_at = now()

    world.studio.database.write(bin_it)
    assert world.bob.get(f"/api/voices/{voice}").status_code == 404
    assert world.alice.get(f"/api/voices/{voice}").status_code == 404
    world.studio.voices.delete(world.alice.get("/api/account").json()["id"], voice)


def test_only_its_owner_sends_a_voice_to_a_service(world, monkeypatch):
    kind = engine_class("test_service")
    card = kind.card.model_copy(update={"cloning": Cloning(**REMOTE)})
    monkeypatch.setattr(kind, "card", card)
    sent = []

    def enroll(engine, clip, sets=()):
        sent.append(engine)
        return Enrolment(values={"id": "there"})

    monkeypatch.setattr(world.studio.runtime, "enroll", enroll)
    voice = world.shared()
    here = f"/api/voices/{voice}/enrolments"

    def state(person) -> dict:
        found = person.get(here).json()["enrolments"]
        return next(one for one in found if one["engine"] == "test_service")

    assert state(world.alice)["state"] == "ask"
    refused = state(world.bob)
    assert (refused["state"], refused["can_start"]) == ("impossible", False)
    assert "alice" in refused["reason"]
    assert world.bob.post(f"{here}/test_service").json()["state"] == "impossible"
    bob = world.bob.get("/api/account").json()["id"]
    with pytest.raises(Exception, match="shared_voice_not_sent"):
        world.studio.voices.enrolment(bob, voice, "test_service")
    assert sent == []

    world.alice.post(f"{here}/test_service")
    until(lambda: state(world.alice)["state"] == "ready", 20)
    assert state(world.bob)["state"] == "ready", "what its owner sent there, others use"


def test_without_accounts_there_is_nobody_to_share_with(tmp_path):
    with a_studio(tmp_path, auth="off") as (_, address):
        import httpx

        with httpx.Client(base_url=address, timeout=120) as person:
            given = {"name": "Mine", "language": "en", "consent": "true", "insist_clip": "true"}
            clip = a_clip(tmp_path / "a.wav", "en").read_bytes()
            voice = person.post("/api/voices", files={"file": clip}, data=given).json()["id"]
            assert person.get("/api/voices").json()["can_share"] is False
            answer = person.put(f"/api/voices/{voice}/sharing", json={"agreed": True})
            assert answer.json()["error"]["code"] == "sharing_needs_accounts"
