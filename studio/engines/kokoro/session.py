"""Kokoro's inference session: set for sentences in parallel, and able to abort."""

import threading
from pathlib import Path
from typing import Any

from studio.engines.kokoro.graph import derived

_FLOAT, _INT8 = "kokoro-v1.0.onnx", "kokoro-v1.0.int8.onnx"


class AbortableSession:
    """What kokoro-onnx uses of an ``InferenceSession``, with an end to all running calls.

    Args:
        weights: folder with a Kokoro model.
        threads: threads of one call; calls may run beside each other.
    """

    def __init__(self, weights: Path, threads: int) -> None:
        import onnxruntime

        self._new_run = onnxruntime.RunOptions
        model = weights / _FLOAT
        if not model.is_file():
            model = derived(weights / _INT8)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        # Planning memory for every new length takes twice the memory and gains no time.
        options.enable_mem_pattern = False
        # A thread that waits by spinning takes the core from the sentence beside it.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        providers = ["CPUExecutionProvider"]
        self._session = onnxruntime.InferenceSession(str(model), options, providers=providers)
        self._model_path = str(model)  # kokoro-onnx looks at this name
        self._running: set[Any] = set()
        self._lock = threading.Lock()

    def run(self, outputs: Any, inputs: Any) -> list:
        """As ``InferenceSession.run``; raises the runtime's error after :meth:`abort`."""
        run = self._new_run()
        with self._lock:
            self._running.add(run)
        try:
            return self._session.run(outputs, inputs, run)
        finally:
            with self._lock:
                self._running.discard(run)

    def abort(self) -> None:
        """End the calls that run now, at their next operator (some milliseconds)."""
        with self._lock:
            for run in self._running:
                run.terminate = True

    def get_inputs(self) -> Any:
        return self._session.get_inputs()

    def get_outputs(self) -> Any:
        return self._session.get_outputs()

    def get_modelmeta(self) -> Any:
        return self._session.get_modelmeta()
