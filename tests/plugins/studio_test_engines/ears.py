"""What measures the test engines' beeps: it does what the next line of a file says."""

import ctypes
import os
import time
from pathlib import Path

SCRIPT = "TEST_ENGINES_EARS"
"""The variable that names a file; each take that is measured uses up a line. Without: ``clean``."""
METHOD = "ears 1.0"


def figure(name, value, unit="s", **detail):
    return {"name": name, "value": value, "unit": unit, "method": METHOD, "detail": detail}


def finding(code="beeps", severity="fault"):
    return {"code": code, "severity": severity, "params": {}}


def measure(flac, about):
    """The first word of the line: ``clean``, ``faults N``, ``warning`` or a way to go wrong."""
    path = Path(os.environ.get(SCRIPT, "/nothing"))
    lines = path.read_text().splitlines() if path.is_file() else []
    if lines:
        path.write_text("\n".join(lines[1:]))
    word, *rest = (lines or ["clean"])[0].split()
    found = []
    if word == "faults":
        found = [finding() for _ in range(int(rest[0]))]
    elif word == "warning":
        found = [finding("beeps", "warning")]
    elif word == "crash":
        ctypes.string_at(0)
    elif word == "hang":
        time.sleep(60)
    elif word == "spin":
        while True:
            pass
    elif word == "raise":
        raise RuntimeError("no ears today")
    elif word == "garbage":
        return {"figures": [{"name": "seconds"}], "findings": "none"}
    elif word == "bytes":
        found = [{**finding(), "params": {"at": b"now"}}]
    elif word == "wait":
        time.sleep(float(rest[0]))
    remarks = [{"code": "Something was not measured.", "params": {}}] if word == "remark" else []
    if word == "unheard":
        remarks = [{"code": "measure.remark.no_recogniser", "params": {}}]
    return {
        "figures": [
            figure("seconds", about["seconds"], flac=len(flac)),
            figure("wer", float("nan") if word == "nan" else 0.125, "share"),
            figure("snr_db", -12.5, "dB", about={**about, "reference": bool(about["reference"])}),
            figure(
                "rtf",
                float(os.getpriority(os.PRIO_PROCESS, 0)),
                "ratio",
                threads=os.environ.get("OMP_NUM_THREADS"),
                process=os.getpid(),
            ),
        ],
        "findings": found,
        "heard": {"text": about["text"], "language": about["language"]},
        "remarks": remarks,
    }
