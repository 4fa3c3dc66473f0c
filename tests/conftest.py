"""Takes of the suite are not measured unless a test says so: beeps are no speech.

Where they are, measuring does not give way: beside a busy suite it would hardly get its turn.
"""

import os

os.environ.setdefault("STUDIO_MEASURE", "0")
os.environ.setdefault("STUDIO_MEASURE_NICENESS", "0")
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
