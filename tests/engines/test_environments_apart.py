"""Which engines share the studio's environment, and that the others cannot: their packages' demands.

What shares it is consistent pin by pin; what does not demands something that the studio's pins are
not. The slow tests ask pip itself to resolve every file of an environment of its own.
"""

import importlib.metadata
import json
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from studio.engines.registry import engine_classes
from studio.runtime.own_environment import own_environments
from tests.engines.own_environments import stand_in
from tests.wheels import make_wheel

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "studio" / "engines" / "requirements"


def lines(path):
    """The requirements in a file."""
    found = (line.partition(" #")[0].strip() for line in path.read_text().splitlines())
    return [Requirement(line) for line in found if line and not line.startswith(("#", "-"))]


def pins(path):
    """Distribution → version, of a file that pins all."""
    found = {}
    for line in lines(path):
        (pin,) = line.specifier
        assert pin.operator == "==", f"{line} in {path.name} is not pinned"
        found[canonicalize_name(line.name)] = pin.version
    return found


SHARED = pins(ROOT / "constraints.txt")
OWN = {own.name: own for kind in engine_classes().values() for own in own_environments(kind.card)}


def contradictions(demands, versions):
    """Demands (of ``Requires-Dist``) that some versions do not meet, as sentences."""
    found = []
    for text in demands or ():
        demand = Requirement(text)
        have = versions.get(canonicalize_name(demand.name))
        if demand.marker is not None and not demand.marker.evaluate({"extra": ""}):
            continue
        if have is not None and not demand.specifier.contains(have, prereleases=True):
            found.append(f"{demand.name}{demand.specifier} and not {have}")
    return found


def test_what_the_studio_s_packages_demand_of_each_other_is_met_by_its_pins():
    asked = [line.name for line in lines(ROOT / "requirements.txt")]
    seen, unmet = set(), []
    while asked:
        name = canonicalize_name(asked.pop())
        if name in seen:
            continue
        seen.add(name)
        demands = importlib.metadata.requires(name) or ()
        unmet += [f"{name}: {one}" for one in contradictions(demands, SHARED)]
        for text in demands:
            demand = Requirement(text)
            if demand.marker is None or demand.marker.evaluate({"extra": ""}):
                asked.append(demand.name)
    assert not unmet
    assert seen <= SHARED.keys() | {"setuptools"}, "pulled in without a pin"
    assert {"qwen-tts", "coqui-tts", "pocket-tts", "piper-tts", "kokoro-onnx"} <= seen


def test_a_shared_engine_s_libraries_are_among_the_studio_s_requirements():
    owners = importlib.metadata.packages_distributions()
    lacking = {}
    for name, kind in engine_classes().items():
        if kind.card.environment.kind == "shared":
            for module in kind.card.environment.probe:
                found = {canonicalize_name(one) for one in owners.get(module.partition(".")[0], ())}
                if not found & SHARED.keys():
                    lacking[name] = module
    assert not lacking


@pytest.mark.parametrize("name", OWN)
def test_an_own_environment_is_pinned_and_serves_the_studio_s_side_too(name):
    files = [path for path, _ in OWN[name].files]
    pinned = {}
    for path in files:
        pinned |= pins(path)
    assert {"numpy", "pydantic"} <= pinned.keys()
    assert OWN[name].environment.disk_mb > 0
    assert OWN[name].environment.probe


def test_every_file_of_an_own_environment_belongs_to_a_card():
    known = {path for own in OWN.values() for path, _ in own.files}
    assert set(FOLDER.iterdir()) == known


def test_moshi_cannot_stand_beside_the_studio_s_torch():
    packages = next((stand_in("kyutai") / "lib").glob("python*")) / "site-packages"
    (moshi,) = importlib.metadata.distributions(name="moshi", path=[str(packages)])
    assert any(c.startswith("torch<2.10") for c in contradictions(moshi.requires, SHARED))


@pytest.fixture(scope="module")
def light(tmp_path_factory):
    """torch & Co. as they demand other packages, without their gigabytes of CUDA."""
    folder = tmp_path_factory.mktemp("light")
    demands = [
        "filelock",
        "typing-extensions>=4.10.0",
        "sympy>=1.13.3",
        "networkx>=2.5.1",
        "jinja2",
        "fsspec>=0.8.5",
    ]
    for path in FOLDER.iterdir():
        for name, version in pins(path).items():
            if name in ("torch", "torchaudio"):
                needs = demands if name == "torch" else [f"torch=={version}"]
                make_wheel(folder, name, f"{version}+light", {}, needs)
    make_wheel(folder, "bitsandbytes", "0.49.2+light", {}, ["torch<3,>=2.3", "numpy<3,>=1.17"])
    make_wheel(folder, "triton", "3.5.1+light", {}, [])
    return folder


def resolved(path, light, *options):
    """What pip would install, as its own report says."""
    report = subprocess.run(
        [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet",
         "--report", "-", "--find-links", str(light), *options, "--requirement", str(path)],
        capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert report.returncode == 0, report.stderr[-2000:]
    return [item["metadata"] for item in json.loads(report.stdout)["install"]]


@pytest.mark.slow
@pytest.mark.parametrize("name", OWN)
def test_pip_resolves_an_own_environment_and_its_demands_contradict_the_studio_s(name, light):
    found = []
    for path, dependencies in OWN[name].files:
        found += resolved(path, light, *([] if dependencies else ["--no-deps"]))
    asked = {canonicalize_name(line.name) for path, _ in OWN[name].files for line in lines(path)}
    against = {
        package["name"]: contradictions(package.get("requires_dist"), SHARED)
        for package in found
        if canonicalize_name(package["name"]) in asked
    }
    assert any(against.values()), "it could share the studio's environment"
