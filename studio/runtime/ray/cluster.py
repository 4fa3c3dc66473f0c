"""The connection to a Ray cluster, made when it is first needed and once a process."""

import logging
import os
import socket
import threading
from typing import Any

from studio.problems import Unavailable
from studio.settings import Settings

log = logging.getLogger("studio.runtime")
_KNOCK_SECONDS = 3.0
_WATCH_SECONDS = 3.0
_SILENCES = 3
"""After so many looks in a row at which the cluster did not answer, the connection is given up."""
_QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",  # Ray reports to its makers unless told not to
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    "RAY_ENABLE_AUTO_CONNECT": "0",  # nor does it start a cluster of its own unasked
}


class Cluster:
    """Ray, as far as engines need it. All methods may be called from any thread.

    Args:
        settings: ``ray_address`` and, for a cluster on this machine, ``ray_memory_mb``.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._connection = 0
        self._connected = False
        self._closed = threading.Event()

    @property
    def connection(self) -> int:
        """Number of the connection there is, counted from 1; 0: none. Actors belong to one."""
        return self._connection if self._connected else 0

    def ray(self) -> Any:
        """The module, connected.

        Raises:
            Unavailable: ``ray_missing`` or ``ray_unreachable``.
        """
        with self._lock:
            os.environ.update(_QUIET)
            try:
                import ray
            except ImportError as problem:
                raise Unavailable("ray_missing") from problem
            if not self._connected:
                self._connect(ray)
            return ray

    def _connect(self, ray: Any) -> None:
        address = self._settings.ray_address
        alone: dict[str, Any] = {}
        if address == "local":
            alone = {
                "include_dashboard": False,
                "object_store_memory": self._settings.ray_memory_mb * 10**6,
            }
        try:
            _knock(os.environ.get("RAY_ADDRESS", address) if address == "auto" else address)
            ray.init(
                address=address,
                namespace="voice-studio",
                log_to_driver=False,
                configure_logging=False,
                **alone,
            )
        except Exception as problem:  # Ray raises ConnectionError, RuntimeError, ValueError …
            log.warning("the Ray cluster cannot be reached: %r", problem)
            raise Unavailable("ray_unreachable") from problem
        self._connected = True
        self._connection += 1
        threading.Thread(
            target=self._watch, args=(ray, self._connection), name="ray-watch", daemon=True
        ).start()

    def _watch(self, ray: Any, connection: int) -> None:
        """Leave a cluster whose head, or whose node here, is gone; who needs it connects anew.

        Ray itself ends the whole process a minute after it lost the head, and waits without an end
        where it lost the node that this process is connected to.
        """
        head = ray.get_runtime_context().gcs_address
        here = ray.get_runtime_context().get_node_id()
        silences = 0
        while not self._closed.wait(_WATCH_SECONDS) and self.connection == connection:
            silences = 0 if _answers(ray, head, here) else silences + 1
            if silences >= _SILENCES:
                log.warning("the Ray cluster was lost")
                self._leave(ray)
                return

    def _leave(self, ray: Any) -> None:
        with self._lock:
            if self._connected:
                self._connected = False
                ray.shutdown()

    def gpus(self) -> float:
        """How many graphics cards the cluster has now.

        Raises:
            Unavailable: as :meth:`ray`.
        """
        return float(self.ray().cluster_resources().get("GPU", 0.0))

    def close(self) -> None:
        """Leave the cluster; the actors of this process end with that."""
        self._closed.set()
        if self._connected:
            import ray

            self._leave(ray)


def _answers(ray: Any, head: str, here: str) -> bool:
    """Whether the head answers, and knows of the node that this process is connected to."""
    try:
        _knock(head)
        return any(node["NodeID"] == here and node["Alive"] for node in ray.nodes())
    except Exception:  # noqa: BLE001 - sockets and Ray each have errors of their own
        return False


def _knock(address: str) -> None:
    """Ray itself tries for minutes to reach what is not there.

    Raises:
        OSError: nobody answers.
    """
    host, _, port = address.rpartition(":")
    if host and port.isdigit():
        socket.create_connection((host, int(port)), timeout=_KNOCK_SECONDS).close()
