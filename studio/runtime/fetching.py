"""Fetching weights as a job: its progress in bytes, its end in a sentence."""

import threading

from studio.locales import Note, note
from studio.runtime.jobs import Told, Work
from studio.runtime.weights import WeightStore


def fetching(weights: WeightStore, name: str, set_name: str) -> Work:
    """What a job does that fetches a weight set of an engine or of a model that measures."""

    def work(told: Told, stop: threading.Event) -> Note:
        def bytes_told(done: int, total: int) -> None:
            told(done, total, note("job.fetching"))

        weights.get(name, bytes_told, set_name=set_name, stop=stop)
        return note("job.fetched", set=set_name)

    return work
