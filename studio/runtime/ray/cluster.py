"""The connection to a Ray cluster, made when it is first needed and once a process."""

import logging
import os
import threading
from typing import Any

from studio.problems import Unavailable
from studio.settings import Settings

log = logging.getLogger("studio.runtime")
_QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",  # Ray reports to its makers unless told not to
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
}


class Cluster:
    """Ray, as far as engines need it. All methods may be called from any thread.

    Args:
        settings: ``ray_address`` and, for a cluster on this machine, ``ray_memory_mb``.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._ours = False

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
            if not ray.is_initialized():
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
            ray.init(
                address=address,
                namespace="voice-studio",
                log_to_driver=False,
                configure_logging=False,
                **alone,
            )
        except Exception as problem:  # ray raises ConnectionError, RuntimeError, ValueError …
            log.warning("the Ray cluster at %s cannot be reached: %r", address, problem)
            raise Unavailable("ray_unreachable") from problem
        self._ours = True

    def gpus(self) -> float:
        """How many graphics cards the cluster has now.

        Raises:
            Unavailable: as :meth:`ray`.
        """
        return float(self.ray().cluster_resources().get("GPU", 0.0))

    def close(self) -> None:
        """Leave the cluster; its actors of ours end with that."""
        with self._lock:
            if self._ours:
                import ray

                ray.shutdown()
                self._ours = False
