"""What pip prints, as steps with honest shares."""

import pytest

from studio.runtime.pip_output import Reader

SAID = """\
Looking in indexes: https://example.org/simple
Collecting torch==2.9.1 (from -r kyutai.txt (line 6))
  Downloading torch-2.9.1-cp311-cp311-manylinux_2_28_x86_64.whl.metadata (30 kB)
Collecting docopt>=0.6 (from num2words==0.5.14)
  Using cached docopt-0.6.2.tar.gz (25 kB)
Processing ./wheels/tiny_voice-1.0-py3-none-any.whl (from -r requirements.txt (line 1))
Downloading https://example.org/a/torch-2.9.1-cp311-cp311-manylinux_2_28_x86_64.whl (2.0 MB)
Building wheels for collected packages: docopt
  Building wheel for docopt (pyproject.toml): started
Installing collected packages: docopt, filelock, torch
Successfully installed docopt-0.6.2 filelock-3.0 torch-2.9.1
"""


@pytest.fixture
def reader(tmp_path):
    for name in ("scratch/unpack", "packages/old-1.0.dist-info"):
        (tmp_path / name).mkdir(parents=True)
    return Reader(tmp_path / "scratch", tmp_path / "packages")


def test_the_lines_become_steps(reader):
    steps = []
    for line in SAID.splitlines():
        if reader.read(line):
            note = reader.step().note
            steps.append((note.code.removeprefix("environment."), *note.params.values()))
    wheel = "torch-2.9.1-cp311-cp311-manylinux_2_28_x86_64.whl"
    assert steps == [
        ("collecting", "torch==2.9.1"),
        ("collecting", "docopt>=0.6"),
        ("collecting", "tiny_voice-1.0-py3-none-any.whl"),
        ("downloading", wheel, "2.0 MB"),
        ("building", "docopt"),
        ("unpacking", 3),
    ]


def test_a_download_s_share_is_what_has_arrived(reader, tmp_path):
    reader.read("  Downloading torch-2.9.1.whl (2.0 MB)")
    assert reader.step().share == 0
    (tmp_path / "scratch/unpack/torch-2.9.1.whl").write_bytes(bytes(500_000))
    assert reader.step().share == pytest.approx(0.25)


def test_where_nobody_can_say_there_is_no_share(reader):
    assert reader.step().share is None
    reader.read("Collecting torch==2.9.1")
    assert reader.step().share is None


def test_an_installation_s_share_counts_packages_that_were_not_there_before(reader, tmp_path):
    reader.read("Installing collected packages: a, b, c, d")
    (tmp_path / "packages/a-1.0.dist-info").mkdir()
    assert reader.step().share == pytest.approx(0.25)
