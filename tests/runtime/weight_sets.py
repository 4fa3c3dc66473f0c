"""Weight sets for tests: made-up cards whose files come from a hub of ours or from a package."""

import hashlib

from studio.engines.card import (
    Card,
    Hardware,
    HubFile,
    Licence,
    PackageParts,
    WeightFile,
    WeightSet,
)
from studio.locales import Note

BIG = bytes(range(256)) * 12_000  # 3 MB
SMALL = b'{"voice": "one"}'
REVISION = "b" * 40


def sha(data):
    return hashlib.sha256(data).hexdigest()


def hub_file(name, data, *, known=True, revision=REVISION):
    return WeightFile(
        name=name,
        sources=(HubFile(repository="someone/model", revision=revision, path=name),),
        sha256=sha(data) if known else None,
        bytes=len(data) if known else None,
    )


def package_file(name, data, parts, package="weights_in_parts"):
    return WeightFile(
        name=name,
        sources=(
            PackageParts(
                parts=tuple((package, part) for part in parts), requirements=(f"{package}==1.0",)
            ),
        ),
        sha256=sha(data),
        bytes=len(data),
    )


def card(*sets, **facts):
    return Card(
        name="fake",
        title="Fake",
        summary=Note("state.ready"),
        homepage="",
        licence=Licence(code="-", weights="-", commercial=True, url=""),
        languages=("en",),
        hardware=Hardware(runs_on=("cpu",), memory_mb=50),
        weights=sets,
        **facts,
    )


FROM_HUB = WeightSet(
    name="large",
    licence="MIT",
    files=(hub_file("model.onnx", BIG), hub_file("sub/voices.json", SMALL)),
)
FROM_PACKAGE = WeightSet(
    name="small",
    licence="MIT",
    files=(package_file("model.onnx", BIG, ("data/1.bin", "data/2.bin", "data/3.bin")),),
)
