"""A variable that cannot be right ends the start with a sentence that names it."""

import os
import subprocess
import sys

import pytest

from tests.studio_process import ROOT

COMMAND = ["-m", "studio", "weights", "list"]


@pytest.mark.parametrize(
    ("command", "variable", "value"),
    [
        (["app.py"], "PORT", "abc"),
        (["app.py"], "STUDIO_PRICES", "{bad"),
        (COMMAND, "STUDIO_DEVICES", "cuda:x=-1"),
        (COMMAND, "STUDIO_ENGINE_LOAD_SECONDS", "soon"),
    ],
)
def test_a_wrong_setting_is_named_in_a_sentence(tmp_path, command, variable, value):
    ended = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={
            **os.environ,
            "STUDIO_DATA_DIR": str(tmp_path / "data"),
            "LC_ALL": "ko_KR.UTF-8",
            variable: value,
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
    assert variable in ended.stderr
    assert "다시 시작하세요" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not (tmp_path / "data").exists()
