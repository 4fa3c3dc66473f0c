"""Stands in for the doctor's models: says what a test wants heard, or fails as processes fail."""

from studio.quality.figure import Figure, Finding
from studio.voices import doctoring, transcripts

SEE, JUDGE = doctoring._SEE, transcripts._JUDGE


class Double:
    """Put in place of ``runtime.call``; everything but the doctor goes on to the real one.

    Attributes:
        asked: the options of each examination.
        fails: raised in place of a report.
        judged: the texts that were compared; ``agrees`` is the answer.
    """

    def __init__(self, runtime):
        self._call = runtime.call
        self.asked, self.judged = [], []
        self.fails = None
        self.agrees = True
        self.differing = {"missing": ["아침 항구는"], "added": ["어제"]}
        self.report = {}
        self.reference = None

    def __call__(self, function, *arguments, **options):
        if function == JUDGE:
            self.judged.append(arguments)
            return {"missing": [], "added": []} if self.agrees else self.differing
        if function != SEE:
            return self._call(function, *arguments, **options)
        flac, whisper, asked = arguments
        self.asked.append((whisper, asked))
        if isinstance(self.fails, str):  # that function, in the same process
            return self._call(self.fails, **options)
        if self.fails is not None:
            raise self.fails
        return {"reference_flac": self.reference or flac, **PLAIN, **self.report}


PLAIN = {
    "verdict": "usable",
    "findings": [],
    "figures": [Figure("snr_db", 31.0, "dB", "Voice Studio 1").to_json()],
    "advice": {"code": "doctor.advice.none", "params": {}},
    "language": None,
    "transcript": None,
    "part": {"start": 0.0, "end": 4.0},
    "repairs": [],
    "picture": {
        "seconds": 5.0,
        "peaks": [[-3, 4]],
        "speech": [[0.0, 4.0]],
        "silence": [],
        "clipping": [],
    },
}


def heard(text, language="ko", *, share=1.0, proven=True):
    """The part of a report that has a transcript."""
    words = [
        {"text": word, "start": 0.4 * at, "end": 0.4 * at + 0.3, "probability": 0.9}
        for at, word in enumerate(text.split())
    ]
    return {
        "language": {"tag": language, "probability": 0.97},
        "transcript": {
            "text": text,
            "words": words,
            "coverage": {"share": share, "uncovered": [], "proven": proven},
        },
    }


def faults(*codes):
    """The part of a report that finds faults."""
    found = [Finding(code, "fault", {}).to_json() for code in codes]
    return {"verdict": "refused", "findings": found}
