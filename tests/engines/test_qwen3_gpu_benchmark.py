"""The benchmark on a graphics card: that it runs, as far as a machine without one can show."""

import pytest
import torch

from benchmarks import gpu
from benchmarks._qwen3_checkpoint import FULL


def test_without_a_card_nothing_is_measured_and_that_is_said():
    if torch.cuda.is_available():
        pytest.skip("there is a card")
    (said,) = gpu.run().values()
    assert said["value"] == "no CUDA device: nothing measured"


def test_the_toy_runs_the_same_code():
    figures = gpu.run(tiny=True)
    assert figures["0.6b-base, plain: RTF"]["value"] > 0
    assert figures["0.6b-base, plain: first audio"]["value"] > 0
    assert "not installed" in figures["0.6b-base, fast path"]["value"]


@pytest.mark.parametrize(
    ("shape", "parameters"), zip(FULL, (914_643_008, 1_928_677_440), strict=True)
)
def test_the_full_shapes_have_the_published_numbers_of_parameters(shape, parameters, tmp_path):
    from benchmarks._qwen3_checkpoint import _configuration, write_tokenizer
    from studio.engines.torchaudio_native import ensure_torchaudio

    ensure_torchaudio()
    from qwen_tts.core.models import Qwen3TTSConfig, Qwen3TTSForConditionalGeneration

    ids, _ = write_tokenizer(tmp_path)
    with torch.device("meta"):
        model = Qwen3TTSForConditionalGeneration(Qwen3TTSConfig(**_configuration(shape, ids)))
    assert sum(value.numel() for value in model.state_dict().values()) == parameters
