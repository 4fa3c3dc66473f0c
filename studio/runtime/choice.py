"""Which runtime the settings ask for."""

from studio.runtime.readiness import Environments
from studio.runtime.runtime import Runtime
from studio.runtime.weights import WeightStore
from studio.settings import Settings


def runtime_of(
    settings: Settings, weights: WeightStore, environments: Environments | None = None
) -> Runtime:
    """The runtime by ``STUDIO_RUNTIME``; nothing is connected or started yet.

    ``vertex`` is no runtime of engines: what it sends away never reaches one.
    """
    if settings.runtime == "ray":
        from studio.runtime.ray.runtime import RayRuntime

        return RayRuntime(settings, weights, environments)
    if settings.runtime == "zerogpu":
        from studio.runtime.zerogpu.runtime import ZeroGpuRuntime

        return ZeroGpuRuntime(settings, weights, environments)
    return Runtime(settings, weights, environments)
