"""What loading says to checkpoints: ``… kyutai_load FOLDER…`` prints a line of JSON for each.

Run with the engine's own interpreter; one process for all, for importing torch takes longest.
"""

import json
import os
import sys
from pathlib import Path

os.environ["NO_TORCH_COMPILE"] = "1"

from studio.engines.contract import EngineProblem
from studio.engines.kyutai.engine import Kyutai

for folder in sys.argv[1:]:
    try:
        Kyutai().load(Path(folder), "cpu")
        said = ["loaded", ""]
    except EngineProblem as problem:
        said = [problem.code, problem.params["file"]]
    print(json.dumps(said))  # noqa: T201
