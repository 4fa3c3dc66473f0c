"""Ending torch modules in the middle."""

import threading

import pytest
import torch

from studio.engines.torch_stop import Stopped, stopping


class Layers(torch.nn.Module):
    def __init__(self, stop):
        super().__init__()
        self.parts = torch.nn.ModuleList(torch.nn.Identity() for _ in range(3))
        self.done = 0
        self._stop = stop

    def forward(self, x):
        for part in self.parts:
            x = part(x)
            self.done += 1
            self._stop.set()
        return x


def test_a_module_ends_at_the_next_part_once_the_flag_is_set():
    stop = threading.Event()
    model = Layers(stop)
    with pytest.raises(Stopped), stopping(model.parts, stop):
        model(torch.zeros(1))
    assert model.done == 1


def test_nothing_is_left_behind():
    stop = threading.Event()
    model = Layers(stop)
    with pytest.raises(Stopped), stopping(model.parts, stop):
        model(torch.zeros(1))
    model(torch.zeros(1))
    assert model.done == 4
