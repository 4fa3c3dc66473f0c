"""A studio whose port is taken ends before it touches what the first one is working on."""

import os
import socket
import subprocess
import sys

import pytest

from studio.problems import Unavailable
from studio.server import check_port
from tests.studio_process import ROOT


@pytest.mark.parametrize("language", ["en_US.UTF-8", "ko_KR.UTF-8"])
def test_a_taken_port_is_said_in_a_sentence_and_nothing_is_started(tmp_path, language):
    data = tmp_path / "data"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        environment = {
            **os.environ,
            "PORT": port,
            "STUDIO_DATA_DIR": str(data),
            "GRADIO_ANALYTICS_ENABLED": "False",
            "LC_ALL": language,
        }
        ended = subprocess.run(
            [sys.executable, "app.py"],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert ended.returncode == 1
    assert ended.stderr.count(port) == 1, "the address is said once"
    assert ("포트" in ended.stderr) == language.startswith("ko")
    assert "Traceback" not in ended.stderr
    assert not data.exists(), "the data folder was opened all the same"


@pytest.mark.parametrize(
    "place", [("127.0.0.1", 99999), ("256.0.0.1", 80), ("no.such.invalid", 80)]
)
def test_a_place_that_cannot_be_is_refused(place):
    with pytest.raises(Unavailable, match="port_unusable"):
        check_port(*place)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0.0.0.0"])
def test_a_free_port_stays_free(host):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    check_port(host, port)
    check_port(host, port)
