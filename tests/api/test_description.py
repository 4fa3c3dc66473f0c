"""The description of the API (/docs, /openapi.json): it can be made."""

import pytest
from fastapi import FastAPI

from studio.api import routers


@pytest.mark.parametrize("router", routers(), ids=lambda one: ",".join(map(str, one.tags)))
def test_every_router_can_be_described(router):
    app = FastAPI()
    app.include_router(router)
    paths = app.openapi()["paths"]
    assert all("responses" in operation for path in paths.values() for operation in path.values())
