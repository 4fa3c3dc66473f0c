"""Whisper for the tests of what is heard: the smallest one, from the installed packages."""

import shutil

import pytest

from studio.quality.models import WHISPER
from studio.runtime.weights import WeightStore
from studio.settings import Settings


@pytest.fixture(scope="session")
def whisper(tmp_path_factory):
    """The folder of whisper-base, assembled once a session by the weight store."""
    data = tmp_path_factory.mktemp("studio-data")
    yield WeightStore(Settings(data_dir=data)).get(WHISPER, offline=True, set_name="base").folder
    shutil.rmtree(data)
