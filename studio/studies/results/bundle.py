"""The bundle of a study: everything from which anyone recomputes its result, in one ZIP file."""

import hashlib
import io
import json
import lzma
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from studio import __version__
from studio.studies.dataset import Answered, Dataset, Rater, Slot
from studio.studies.plan import StudyPlan
from studio.studies.protocols import PROTOCOLS
from studio.studies.results.encoding import csv_bytes
from studio.studies.results.tables import EXPORTS, export
from studio.studies.results.wording import worded

FORMAT = 1
LISTING = "SHA256SUMS"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_MOST_BYTES = 2 * 1024**3
"""A bundle that would unpack to more is not opened."""
_FEWEST_DRAWS, _MOST_DRAWS = 1, 100_000
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    OSError,
    RuntimeError,
    EOFError,
    UnicodeDecodeError,
)


class BundleFault(ValueError):
    """A file that is no bundle, or one that lacks a part."""


def pack(data: Dataset, found: Mapping[str, Any], draws: int) -> bytes:
    """The bundle of a study whose result may be seen; the same answers give the same bytes.

    Args:
        data: the study.
        found: its result, sentences as notes.
        draws: of the bootstrap, so that the result can be computed again.
    """
    files: dict[str, bytes] = {
        "README.md": _README.encode(),
        "study.json": _json(_study(data, draws)),
        "plan.json": _json(data.plan_document),
        "key.json": _json(data.key_document),
        "seal.json": _json(data.seal),
        "raters.json": _json([_rater(one) for one in data.raters]),
        "answers.jsonl": b"".join(_line(_answer(one)) for one in data.answers),
        "result.json": _json(worded(found, "en")),
        **tables(data, found),
    }
    files[LISTING] = _listing(files)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def tables(data: Dataset, found: Mapping[str, Any]) -> dict[str, bytes]:
    """The bundle's files for spreadsheets, by name: they follow from the answers and the result."""
    without = {who for rule in found["exclusions"]["rules"] for who in rule["ids"]}
    files = {f"{name}.csv": csv_bytes(export(data, name, without)) for name in EXPORTS}
    if data.protocol.name in ("ab", "axy"):
        votes = [row for row in export(data, "ratings", without) if row["counted"]]
        files["votes.csv"] = csv_bytes(votes)
    return files


def unpack(content: bytes) -> dict[str, bytes]:
    """The files of a bundle.

    Raises:
        BundleFault: it is none.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(one.file_size for one in archive.infolist()) > _MOST_BYTES:
                raise BundleFault("too large")
            return {name: archive.read(name) for name in archive.namelist()}
    except _UNREADABLE as problem:
        raise BundleFault(str(problem)) from problem


def altered(files: Mapping[str, bytes]) -> list[str]:
    """Names of files that are not what the bundle's own listing says, or are not in it."""
    listed: dict[str, str] = {}
    for line in files.get(LISTING, b"").decode("utf-8", "replace").splitlines():
        own, _, name = line.partition("  ")
        listed[name] = own
    names = (set(files) | set(listed)) - {LISTING}
    return sorted(name for name in names if listed.get(name) != _sha256(files.get(name, b"")))


def dataset(files: Mapping[str, bytes]) -> Dataset:
    """The study of a bundle, as it would be read from the database.

    Raises:
        BundleFault: a part is missing or malformed.
    """
    try:
        study, plan, key = (json.loads(files[f"{name}.json"]) for name in ("study", "plan", "key"))
        lines = files["answers.jsonl"].decode().splitlines()
        return Dataset(
            id=plan["study"],
            title=study["title"],
            question=plan["question"],
            protocol=PROTOCOLS[plan["protocol"]],
            language=plan["language"],
            use=plan["use"],
            state=study["state"],
            opened_at=_moment(study["opened_at"]),
            closed_at=_moment(study["closed_at"]),
            closed_because=study["closed_because"],
            plan=StudyPlan.model_validate(plan["plan"]),
            labels={one["position"]: one["label"] for one in key["conditions"]},
            conditions={one["position"]: one["condition"] for one in key["conditions"]},
            engines={one["position"]: one["engine"] for one in key["conditions"]},
            texts={int(position): words for position, words in study["texts"].items()},
            takes={
                (one["text"], one["condition"]): one["take"] for one in key["items"] if one["take"]
            },
            raters=tuple(Rater(**one) for one in json.loads(files["raters.json"])),
            answers=tuple(_answered(json.loads(line)) for line in lines if line),
            plan_document=plan,
            key_document=key,
            seal=json.loads(files["seal.json"]),
        )
    except (KeyError, ValueError, TypeError, AttributeError) as problem:
        raise BundleFault(repr(problem)) from problem


def draws(files: Mapping[str, bytes]) -> int:
    """How many bootstrap draws its result was computed with.

    Raises:
        BundleFault: the bundle does not say.
    """
    try:
        told = json.loads(files["study.json"])["draws"]
    except (KeyError, ValueError, TypeError) as problem:
        raise BundleFault(repr(problem)) from problem
    # Whoever made the bundle must not decide how long it keeps its reader busy.
    if type(told) is not int or not _FEWEST_DRAWS <= told <= _MOST_DRAWS:
        raise BundleFault(f"draws: {told!r:.40}")
    return told


def _study(data: Dataset, number: int) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "studio": __version__,
        "title": data.title,
        "state": data.state,
        "opened_at": data.opened_at.isoformat() if data.opened_at else None,
        "closed_at": data.closed_at.isoformat() if data.closed_at else None,
        "closed_because": data.closed_because,
        "draws": number,
        "texts": {str(position): words for position, words in data.texts.items()},
    }


def _rater(one: Rater) -> dict[str, Any]:
    return {"id": one.id, "headphones": one.headphones, "finished": one.finished}


def _answer(one: Answered) -> dict[str, Any]:
    """An answer: what its hash covers under ``record``, what else is known of it beside that."""
    return {
        "record": one.record,
        "previous_sha256": one.previous_sha256,
        "sha256": one.sha256,
        "number": one.number,
        "seconds": one.seconds,
        "check": one.check,
        "repeat_of": one.repeat_of,
        "slots": [
            {
                "name": slot.name,
                "role": slot.role,
                "condition": slot.condition,
                "source": slot.source,
                "nuisance": dict(slot.nuisance),
            }
            for slot in one.slots
        ],
    }


def _answered(row: Mapping[str, Any]) -> Answered:
    record = row["record"]
    slots = tuple(Slot(**slot) for slot in row["slots"])
    return Answered(
        sequence=record["sequence"],
        trial=record["trial"],
        rater=record["rater"],
        number=row["number"],
        kind=record["kind"],
        text=record["text"],
        slots=slots,
        answer=record["answer"],
        seconds=row["seconds"],
        answered_at=record["answered_at"],
        check=row["check"],
        repeat_of=row["repeat_of"],
        previous_sha256=row["previous_sha256"],
        sha256=row["sha256"],
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _line(value: Mapping[str, Any]) -> bytes:
    return (json.dumps(value, ensure_ascii=False, sort_keys=True) + "\n").encode()


def _listing(files: Mapping[str, bytes]) -> bytes:
    lines: Iterator[str] = (f"{_sha256(files[name])}  {name}\n" for name in sorted(files))
    return "".join(lines).encode()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


_README = """\
# A listening test, to be recomputed

`python -m studio study verify BUNDLE.zip` checks everything below and says what does not fit.

| file | what it is |
| --- | --- |
| plan.json | question, protocol, texts (by hash) and plan, as they were when the study opened |
| key.json | what was compared, and which take lay behind each text and condition |
| seal.json | hashes of both, the salt of the second, the moment of opening, the end |
| answers.jsonl | every answer in the order it was counted, with its hash |
| raters.json | random ids; whether the headphone check was passed |
| trials.csv, ratings.csv, stimuli.csv, plan.csv | the same for people and spreadsheets |
| votes.csv | AB and AXY: the votes that count; `python -m studio board votes.csv` rates them |
| result.json | what the studio showed |

## By hand

Canonical JSON has sorted keys, no spaces, and is UTF-8.

1. SHA-256 of the canonical form of plan.json is `plan_sha256` of seal.json.
2. SHA-256 of the canonical form of `{"key": <key.json>, "salt": <salt>}` is `key_sha256`.
3. The chain starts at the SHA-256 of the canonical form of seal.json without `salt` and
   `closed_after` (of a study that was not sealed: at 64 zeros). Each answer's hash is the SHA-256
   of the hash before it, a line feed, and the canonical form of its `record`. `closed_after` says
   how many answers there were at closing, and the hash of the last. Whoever kept that hash, or the
   seal, can tell that nothing was changed since.
4. The answers of kind `main`, less those of raters whom the plan's rules leave out, give the board.

Moments are to the minute, trials and raters have random ids, and nothing else is said of a rater.
"""
