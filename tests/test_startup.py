"""Starting the page's process: nothing heavy is imported, no file is made before it serves."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
HEAVY = (
    "torch",
    "onnxruntime",
    "librosa",
    "numba",
    "kokoro_onnx",
    "piper",
    "transformers",
    "av",
    "scipy.signal",
    "sklearn",
    "matplotlib",
    "resemblyzer",
    "qwen_tts",
    "alembic",
    "mcp",
)


def run_python(code: str, data_dir: Path) -> str:
    environment = {**os.environ, "STUDIO_DATA_DIR": str(data_dir), "PYTHONPATH": str(ROOT)}
    finished = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr[-2000:]
    return finished.stdout


def test_importing_the_app_brings_in_nothing_heavy(tmp_path):
    printed = run_python(
        f"import sys, app\nprint([m for m in {HEAVY!r} if m in sys.modules])",
        tmp_path / "data",
    )
    assert printed.strip() == "[]"


def test_importing_the_app_touches_no_file(tmp_path):
    run_python("import app", tmp_path / "data")
    assert not (tmp_path / "data").exists()


def test_a_second_start_of_a_served_database_needs_no_migration_tool(tmp_path):
    code = (
        "import sys, app\n"
        "app.app.state.studio.start()\n"
        "listed = app.app.state.studio.runtime.states()\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules])\n"
        "app.app.state.studio.close()"
    )
    run_python(code, tmp_path / "data")
    assert run_python(code, tmp_path / "data").strip().splitlines()[-1] == "[]"
