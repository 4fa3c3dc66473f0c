"""Python packages for tests, made on the spot: an index that needs no network."""

import zipfile
from pathlib import Path


def make_wheel(folder, name, version, files, requires=(), entry_points=""):
    """Write ``<name>-<version>-py3-none-any.whl``.

    Args:
        folder: where to.
        name: of the distribution, in its wheel spelling.
        version: its version.
        files: path inside the wheel → text.
        requires: what it depends on.
        entry_points: text of its entry_points.txt.
    """
    info = f"{name}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    metadata += "".join(f"Requires-Dist: {one}\n" for one in requires)
    contents = {
        **files,
        f"{info}/METADATA": metadata,
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        **({f"{info}/entry_points.txt": entry_points} if entry_points else {}),
    }
    record = "".join(f"{path},,\n" for path in contents) + f"{info}/RECORD,,\n"
    wheel = Path(folder) / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in {**contents, f"{info}/RECORD": record}.items():
            archive.writestr(path, text)
    return wheel


def unpack(wheel, folder):
    """As pip would have installed it there."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
