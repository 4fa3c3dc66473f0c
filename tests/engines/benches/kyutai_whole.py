"""A take as the library makes it in one go: ``… kyutai_whole WEIGHTS TEXT SEED FILE``.

Run with the engine's own interpreter; the samples go into a ``.npy`` file.
"""

import os
import sys
from pathlib import Path

os.environ["NO_TORCH_COMPILE"] = "1"

import numpy as np
import torch

from studio.engines.kyutai.checkpoint import load_model
from studio.engines.kyutai.options import KyutaiOptions
from studio.engines.kyutai.voices import VOICES

weights, text, seed, file = sys.argv[1:]
options = KyutaiOptions()
model = load_model(Path(weights), "cpu")
model.temp = options.temp
torch.manual_seed(int(seed))
(take,) = model.simple_generate(
    text, str(Path(weights) / VOICES[0].file), cfg_coef=options.cfg_coef, show_progress=False
)
np.save(file, take.float().numpy())
