"""A studio with accounts off and one with accounts on, as other people's clients reach them."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from studio.accounts.principal import Principal, Role
from studio.store.base import now
from studio.voices import doctoring
from tests.accounts.bench import a_studio, someone
from tests.audio import files, speech
from tests.suite_engines import find_engines, forget_engines

__all__ = ["clip", "guarded", "open_studio"]
QUICK = {"watermark": False, "take_tries": 1, "stop_seconds": 0.5}


@pytest.fixture(scope="module")
def engines():
    with pytest.MonkeyPatch.context() as patch:
        find_engines(patch)
        # The doctor cannot come: what it finds is tested elsewhere, and its models take long.
        patch.setattr(doctoring, "_SEE", "studio.quality.doctor:nothing")
        yield
    forget_engines()


@pytest.fixture(scope="module")
def open_studio(tmp_path_factory, engines):
    """Address of a studio without accounts."""
    folder = tmp_path_factory.mktemp("open")
    with a_studio(folder, auth="off", cloning_engine="test_speech", **QUICK) as (studio, address):
        yield SimpleNamespace(studio=studio, address=address, folder=folder)


@pytest.fixture(scope="module")
def guarded(tmp_path_factory, engines):
    """A studio with accounts, two people in it, and a key for each."""
    with a_studio(tmp_path_factory.mktemp("guarded"), **QUICK) as (studio, address):
        keys = {}
        for name, role in (("ada", Role.ADMIN), ("mina", Role.CREATOR), ("rae", Role.RATER)):
            number = someone(studio, name, role)
            person = Principal(id=number, name=name, roles=frozenset({role}))
            made = studio.accounts.add_key(person, "test", [role], now() + timedelta(days=1))
            keys[name] = {"Authorization": f"Bearer {made.key}"}
        yield SimpleNamespace(studio=studio, address=address, keys=keys)


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    path = tmp_path_factory.mktemp("clip") / "민지.wav"
    path.write_bytes(files.make("wav", *speech.espeak(speech.KOREAN, "ko")))
    return path
