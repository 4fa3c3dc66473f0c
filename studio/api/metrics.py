"""Figures for Prometheus: what this process counted, and what rows and processes say now."""

import hmac

from fastapi import APIRouter, Response
from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from starlette.requests import Request

from studio import __version__, telemetry
from studio.accounts.principal import LOCAL, Principal, Role
from studio.api.dependencies import StudioDep
from studio.api.gauges import Gauges
from studio.problems import NotAllowed
from studio.settings import Settings

router = APIRouter(tags=["health"])


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": {}}}, 403: {"description": "metrics_token_needed"}},
)
def metrics(request: Request, studio: StudioDep) -> Response:
    """Figures in Prometheus's text format; counters are this process's since its start.

    Open where accounts are off and no token is set. Else ``Authorization: Bearer`` with
    ``STUDIO_METRICS_TOKEN``, or whoever is an admin.
    """
    if not _may_look(request, studio.settings):
        raise NotAllowed("metrics_token_needed")
    now = CollectorRegistry(auto_describe=False)
    ProcessCollector(registry=now)
    now.register(Gauges(studio))
    now.register(_Build())
    figures = generate_latest(telemetry.REGISTRY) + generate_latest(now)
    return Response(
        figures, media_type=CONTENT_TYPE_PLAIN_0_0_4, headers={"Cache-Control": "no-store"}
    )


def _may_look(request: Request, settings: Settings) -> bool:
    who: Principal = request.scope.get("principal", LOCAL)
    token = settings.metrics_token.get_secret_value() if settings.metrics_token else ""
    if settings.auth == "off" and not token:
        return True
    if settings.auth == "on" and who.may(Role.ADMIN):
        return True
    scheme, _, shown = request.headers.get("authorization", "").partition(" ")
    right = hmac.compare_digest(shown.strip().encode(), token.encode())
    return scheme.lower() == "bearer" and bool(token) and right


class _Build:
    """Which version runs."""

    def collect(self) -> list[Metric]:
        family = GaugeMetricFamily("studio_build", "Always 1.", labels=["version"])
        family.add_metric([__version__], 1.0)
        return [family]
