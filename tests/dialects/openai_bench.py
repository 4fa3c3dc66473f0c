"""A real server with the routes below ``/v1``, over the test engines, and clients of it."""

import contextlib
import io
from types import SimpleNamespace

import av
import numpy as np
import pytest
from fastapi import FastAPI
from openai import OpenAI

from studio.api import v1
from studio.api.dependencies import StudioDep
from studio.api.origin import OwnOrigin
from studio.api.problems import install
from studio.api.v1.errors import OpenAiErrors
from studio.settings import Settings
from studio.wiring import build
from tests.accounts.bench import served
from tests.suite_engines import find_engines, forget_engines

FORMATS = ("mp3", "opus", "aac", "flac", "wav", "pcm")
OWNER = "local"


@contextlib.contextmanager
def a_server(folder, **settings):
    """``.studio``, ``.address`` and ``.client``: OpenAI's own, as it is."""
    settings = {"measure": False, "enrol_saved_voices": False, "take_tries": 1, **settings}
    studio = build(Settings(data_dir=folder, engine_silence_seconds=20, **settings))
    app = FastAPI()
    app.state.studio = studio
    install(app)
    for router in v1.routers():
        app.include_router(router)

    @app.get("/api/broken")
    @app.get("/v1/broken")
    def broken(studio: StudioDep):
        raise RuntimeError("the secret is 42")

    @app.get("/api/loop")
    async def loop():
        return "free"

    app.add_middleware(OwnOrigin)
    app.add_middleware(OpenAiErrors)
    studio.start()
    try:
        with served(app) as address:
            client = OpenAI(base_url=f"{address}/v1", api_key="none", max_retries=0, timeout=150)
            with client:
                yield SimpleNamespace(studio=studio, address=address, client=client)
    finally:
        studio.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        find_engines(patch)
        with a_server(tmp_path_factory.mktemp("openai")) as running:
            yield running
    forget_engines()


def decoded(name, data):
    """(samples, rate) of a file in one of the formats."""
    if name == "pcm":
        return np.frombuffer(data, "<i2") / 32768, 24000
    with av.open(io.BytesIO(data)) as file:
        stream = file.streams.audio[0]
        frames = [frame.to_ndarray().ravel() for frame in file.decode(stream)]
        samples = np.concatenate(frames)
        scale = 1.0 if samples.dtype.kind == "f" else float(np.iinfo(samples.dtype).max)
        return samples / scale, stream.rate


def seconds(name, data):
    samples, rate = decoded(name, data)
    return samples.size / rate
