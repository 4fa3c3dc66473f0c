"""torchaudio comes up wherever torch does, and says what it lacks."""

import subprocess
import sys

import pytest

pytest.importorskip("torch")

PROGRAM = """
import sys
{before}
from studio.engines.torchaudio_native import ensure_torchaudio
first, second = ensure_torchaudio(), ensure_torchaudio()
import torch, torchaudio
x = torch.sin(torch.arange(4800) / 20)[None]
assert torchaudio.functional.resample(x, 24000, 16000).shape == (1, 3200)
import torchaudio.compliance.kaldi as kaldi
assert kaldi.fbank(x, sample_frequency=24000.0).shape[1] == 23
assert torchaudio.transforms.MelSpectrogram(24000)(x).shape[1] == 128
y = torchaudio.functional.lfilter(x, torch.tensor([1.0, -0.5]), torch.tensor([1.0, 0.0]))
assert y.shape == x.shape
assert first == second
print([n.code for n in first])
"""

BROKEN = """
import importlib.abc, importlib.util
class Broken(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path=None, target=None):
        if name == "torchaudio._extension":
            return importlib.util.spec_from_loader(name, self)
    def exec_module(self, module):
        raise {error}
sys.meta_path.insert(0, Broken())
"""


def said(before: str = "") -> str:
    program = PROGRAM.format(before=before)
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip()


@pytest.mark.parametrize(
    "error",
    ['OSError("libcudart.so.13: not there")', 'ImportError("Failed to load libtorchaudio")'],
)
def test_where_the_native_part_does_not_load_the_rest_works_and_it_is_said(error):
    assert "torchaudio_without_native" in said(BROKEN.format(error=error))


def test_a_whole_torchaudio_needs_no_remark():
    whole = """
import types
from importlib.machinery import ModuleSpec
m = types.ModuleType("torchaudio._extension"); m.__spec__ = ModuleSpec(m.__name__, None)
m._IS_TORCHAUDIO_EXT_AVAILABLE = m._IS_ALIGN_AVAILABLE = False
m.fail_if_no_align = lambda f: f
sys.modules[m.__name__] = m
"""
    assert said(whole) == "[]"
