"""The real application over an empty data folder, asked without a network."""

import pytest
from starlette.testclient import TestClient

from studio.server import create_app
from studio.settings import Settings


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    return create_app(Settings(data_dir=tmp_path_factory.mktemp("data")))


@pytest.fixture(scope="module")
def client(app):
    with TestClient(app, base_url="http://127.0.0.1") as client:
        yield client
