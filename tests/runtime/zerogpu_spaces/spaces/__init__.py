"""A stand-in for Hugging Face's `spaces`, which borrows a card by forking a process for a call.

As there: arguments and results are pickled, the process is used again by the next call, and only
generators are decorated here. There is no card.
"""

import multiprocessing
import os
import pickle
import threading

_fork = multiprocessing.get_context("fork")
CALLS = []
"""Of each call: how long the card was asked for, and the id of the process that had it."""
_kept = []


def GPU(task, duration=None):  # noqa: N802 - its name there
    def lent(*arguments):
        seconds = duration(*arguments)
        process = _kept.pop() if _kept else _Process(task)
        process.give(pickle.dumps(arguments))
        CALLS.append((seconds, process.pid))
        while (answer := process.take()) is not None:
            yield answer
        _kept.append(process)

    return lent


class _Process:
    def __init__(self, task):
        self._in, child_in = _fork.Pipe()
        child_out, self._out = None, None
        self._out, child_out = _fork.Pipe(duplex=False)
        self._process = _fork.Process(target=_run, args=(task, child_in, child_out), daemon=True)
        self._process.start()
        self.pid = self._process.pid

    def give(self, arguments):
        self._in.send_bytes(arguments)

    def take(self):
        return pickle.loads(self._out.recv_bytes())


def _run(task, arguments, answers):
    while True:
        given = pickle.loads(arguments.recv_bytes())
        thread = threading.Thread(target=_speak, args=(task, given, answers))
        thread.start()
        thread.join()


def _speak(task, given, answers):
    for answer in task(*given):
        answers.send_bytes(pickle.dumps(answer))
    answers.send_bytes(pickle.dumps(None))


def waiting():
    """How many processes wait for a next call."""
    return len(_kept)


def end():
    """End the processes that wait for a next call."""
    while _kept:
        os.kill(_kept.pop().pid, 9)
