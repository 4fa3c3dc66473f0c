"""The plots' script comes from the installed package, once, and without plotly's Python part."""

import importlib.metadata
import importlib.resources
import subprocess
import sys

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from studio.ui import vendor


@pytest.fixture
def client():
    app = FastAPI()
    vendor.mount(app)
    return TestClient(app)


def test_the_script_is_the_installed_one_and_is_kept_by_the_browser(client):
    answer = client.get("/vendor/plotly.min.js", follow_redirects=False)
    assert answer.status_code == 307
    version = importlib.metadata.version("plotly")
    assert answer.headers["location"] == f"/vendor/plotly-{version}.min.js"
    assert answer.headers["cache-control"] == "no-cache"

    script = client.get(answer.headers["location"])
    installed = importlib.resources.files("plotly") / "package_data" / "plotly.min.js"
    assert script.content == installed.read_bytes()
    assert script.headers["content-type"].startswith("text/javascript")
    assert script.headers["content-encoding"] == "gzip"
    assert "immutable" in script.headers["cache-control"]
    assert int(script.headers["content-length"]) < 0.4 * len(script.content)


def test_a_client_that_knows_no_compression_gets_it_plain(client):
    script = client.get(vendor.address(), headers={"accept-encoding": "identity"})
    assert "content-encoding" not in script.headers
    assert script.content.startswith(b"/**")


def test_below_a_proxys_prefix_the_address_keeps_the_prefix():
    app = FastAPI()
    vendor.mount(app)
    answer = TestClient(app, root_path="/studio").get(
        "/vendor/plotly.min.js", follow_redirects=False
    )
    assert answer.headers["location"].startswith("/studio/vendor/plotly-")


def test_plotly_itself_is_not_imported():
    code = (
        "import sys; from studio.ui import vendor; vendor._script(); print('plotly' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "False"
