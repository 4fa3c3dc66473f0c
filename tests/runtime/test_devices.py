"""Which graphics cards are found, and how they are numbered."""

import stat

import pytest
from pydantic import ValidationError

from studio.runtime import devices
from studio.runtime.devices import Devices, GraphicsCard, visible
from studio.settings import Settings

TOLD = "0, GPU-aa11, 24564\n1, GPU-bb22, 81559\n2, GPU-bb33, [N/A]\n"


@pytest.fixture
def driver(tmp_path, monkeypatch):
    """Puts an ``nvidia-smi`` on the path that runs these lines of shell."""
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)

    def says(script):
        program = tmp_path / "nvidia-smi"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", str(tmp_path), prepend=":")

    return says


def test_the_driver_is_asked_once_for_cards_and_their_memory(driver, tmp_path):
    driver(f"echo asked >> {tmp_path}/asked\nprintf '{TOLD}'")
    found = Devices("auto")
    assert [card.device for card in found.cards] == ["cuda:0", "cuda:1"]
    assert found.cards[0].memory_mb == round(24564 * 1.048576)
    assert (tmp_path / "asked").read_text() == "asked\n"


def test_without_a_driver_there_are_no_cards(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    assert Devices("auto").cards == ()


@pytest.mark.parametrize("script", ["exit 9", "echo 'No devices were found'", "sleep 30"])
def test_a_driver_in_trouble_has_no_cards(driver, monkeypatch, script):
    monkeypatch.setattr(devices, "_SECONDS", 0.3)
    driver(script)
    assert Devices("auto").cards == ()


@pytest.mark.parametrize(
    ("chosen", "memory"),
    [
        (None, [25757, 85521]),
        ("1", [85521]),
        ("1,0", [85521, 25757]),
        ("GPU-bb2", [85521]),
        ("GPU-bb22, 0", [85521, 25757]),
        ("0,7,1", [25757]),
        ("-1", []),
        ("", []),
    ],
)
def test_cards_are_numbered_as_cuda_sees_them(chosen, memory):
    cards = visible(TOLD, chosen)
    assert [card.memory_mb for card in cards] == memory
    assert [card.device for card in cards] == [f"cuda:{n}" for n in range(len(memory))]


def test_a_setting_comes_before_the_driver(driver):
    driver(f"printf '{TOLD}'")
    assert Devices("cpu").cards == ()
    assert Devices("cuda:0=1000,cuda:1=2000").cards == (
        GraphicsCard("cuda:0", 1000),
        GraphicsCard("cuda:1", 2000),
    )


@pytest.mark.parametrize("setting", ["gpu", "cuda:0", "cuda:0=1000,", "cuda:0=24GB", ""])
def test_a_setting_that_says_nothing_is_refused(setting):
    with pytest.raises(ValidationError):
        Settings(devices=setting)
