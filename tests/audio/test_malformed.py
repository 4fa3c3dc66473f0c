"""What must be refused is refused: by a code, quickly, in little memory."""

import subprocess
import sys

import numpy as np
import pytest

from studio.audio.checkup import check
from studio.audio.decode import decode
from studio.audio.errors import CODES, AudioError
from tests.audio.malformed import _whole, malformed_uploads

BY_CODE = {
    "rate_1.wav": "bad_sample_rate",
    "rate_10000000.wav": "bad_sample_rate",
    "channels_9.wav": "too_many_channels",
    "no_samples.wav": "no_audio",
    "declares_4gb.wav": "truncated",
    "index_bomb_agreed.m4a": "unreadable",
    "hour.flac": "too_long",
    "hour_unsaid.flac": "too_long",
    "hour_lying.flac": "too_long",
    "nan_32_0.wav": "not_finite",
    "empty.wav": "empty",
    "m3u8.wav": "unknown_format",
    "video_mp4.flac": "no_audio",
}


def outcome(data: bytes) -> str:
    try:
        found = check(decode(data))
    except AudioError as error:
        known = set(error.params) == set(CODES[error.code])
        return error.code if known else f"{error.code} with other parameters"
    return found.verdict


def test_more_than_200_malformed_uploads_are_refused():
    uploads = malformed_uploads()
    assert len(uploads) >= 200
    outcomes = {name: outcome(data) for name, data, _ in uploads}
    accepted = {name for name, code in outcomes.items() if code not in {*CODES, "refused"}}
    assert accepted == set()
    for name, code in BY_CODE.items():
        assert outcomes[name] == code, name


MEASURED = """
import resource, time
from tests.audio.malformed import malformed_uploads, wav_file
from tests.audio.test_malformed import outcome
from studio.audio.checkup import check
from studio.audio.decode import Clip
import numpy as np
uploads = malformed_uploads()
check(Clip(np.random.default_rng(1).random(96000, np.float32), 24000, 1, "wav", "", 24000))
outcome(wav_file())  # imports are not the uploads' fault
before, slowest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, 0
for _, data, _ in uploads:
    start = time.process_time()
    outcome(data)
    slowest = max(slowest, time.process_time() - start)
print(slowest, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
"""


def test_refusing_takes_bounded_time_and_memory():
    # In a process of its own: the high-water mark of this one may be another test's.
    command = [sys.executable, "-c", MEASURED]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds, megabytes = map(float, done.stdout.split())
    assert seconds < 2.0
    assert megabytes < 200


def test_no_cut_of_a_header_escapes_as_another_error():
    for kind in ("wav", "flac", "mp3", "opus", "vorbis", "m4a", "m4a_faststart", "adts", "webm"):
        for cut in range(0, 400, 7):
            with pytest.raises(AudioError):
                decode(_whole(kind)[:cut])


def test_flipped_bits_give_a_clip_or_a_code_but_nothing_else():
    rng = np.random.default_rng(11)
    for kind in ("wav", "flac", "mp3", "opus", "vorbis", "m4a", "alac", "adts", "webm"):
        whole = _whole(kind)
        for _ in range(8):
            data = bytearray(whole)
            top = len(data) if rng.random() < 0.3 else min(600, len(data))
            for place in rng.integers(0, top, 4):
                data[place] ^= 1 << int(rng.integers(8))
            assert "other" not in outcome(bytes(data))
