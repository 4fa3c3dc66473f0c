"""Takes as custom jobs of Google Cloud's Vertex AI: one job, one container, one take.

After the REST reference of ``projects.locations.customJobs`` (v1); the client is Google's own.
"""

import logging
from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import urlsplit

from studio.problems import Unavailable
from studio.settings import Settings
from studio.takes.elsewhere.state import JobState

_PATIENCE_SECONDS = 30.0
_LABEL = "voice-studio-ticket"
"""Jobs are found again by it; a label's value may have 63 small letters, digits and hyphens."""
_PREEMPTED = ("preempt", "spot", "evict")
Result = TypeVar("Result")
log = logging.getLogger(__name__)


class VertexJobs:
    """Submits, finds, watches and cancels custom jobs.

    Args:
        settings: the project, the image and the machine (``vertex_…``), and what the job needs to
            reach the same rows and blobs as we do.
    """

    def __init__(self, settings: Settings) -> None:
        missing = [
            f"STUDIO_{name.upper()}"
            for name in ("vertex_project", "vertex_image", "database_url", "blobs_url")
            if not getattr(settings, name)
        ]
        if missing:
            raise Unavailable("vertex_not_set_up", settings=", ".join(missing))
        self._settings = settings
        self._parent = f"projects/{settings.vertex_project}/locations/{settings.vertex_location}"

    def submit(self, take_id: str, ticket: str) -> str:
        """Have a take rendered; see :class:`JobService`."""
        wanted = self._job(take_id, ticket)
        # Without a retry of the client's own: one that was answered too late would be a second job.
        created = self._asked(
            lambda: self._client.create_custom_job(
                parent=self._parent, custom_job=wanted, timeout=_PATIENCE_SECONDS, retry=None
            )
        )
        return str(created.name)

    def find(self, ticket: str) -> str | None:
        """The job that was submitted with a ticket; see :class:`JobService`."""
        request = {"parent": self._parent, "filter": f'labels.{_LABEL}="{ticket}"'}
        found = self._asked(
            lambda: list(self._client.list_custom_jobs(request=request, timeout=_PATIENCE_SECONDS))
        )
        return str(found[0].name) if found else None

    def state(self, name: str) -> tuple[JobState, str]:
        """Where a job stands; see :class:`JobService`."""
        from google.api_core.exceptions import NotFound

        try:
            job = self._asked(
                lambda: self._client.get_custom_job(name=name, timeout=_PATIENCE_SECONDS),
                through=NotFound,
            )
        except NotFound:
            return JobState.LOST, ""
        return _state(job.state.name, str(job.error.message or ""))

    def cancel(self, name: str) -> None:
        """Let a job end; see :class:`JobService`."""
        from google.api_core.exceptions import FailedPrecondition, NotFound

        ended = (NotFound, FailedPrecondition)
        try:
            self._asked(
                lambda: self._client.cancel_custom_job(name=name, timeout=_PATIENCE_SECONDS),
                through=ended,
            )
        except ended:
            log.info("job %s had ended before it was cancelled", name)

    def _job(self, take_id: str, ticket: str) -> dict[str, Any]:
        settings = self._settings
        machine: dict[str, Any] = {"machine_type": settings.vertex_machine}
        if settings.vertex_accelerator:
            machine["accelerator_type"] = settings.vertex_accelerator
            machine["accelerator_count"] = settings.vertex_accelerator_count
        environment = {
            "STUDIO_DATABASE_URL": str(settings.database_url),
            "STUDIO_BLOBS_URL": str(settings.blobs_url),
            "STUDIO_RUNTIME": "process",
            **({"STUDIO_MODELS_DIR": str(settings.models_dir)} if settings.models_dir else {}),
            **settings.vertex_environment,
        }
        container = {
            "image_uri": settings.vertex_image,
            "command": ["python", "-m", "studio"],
            "args": ["render", take_id, "--ticket", ticket],
            "env": [{"name": name, "value": value} for name, value in environment.items()],
        }
        specification: dict[str, Any] = {
            "worker_pool_specs": [
                {"machine_spec": machine, "replica_count": 1, "container_spec": container}
            ],
            "scheduling": {
                "timeout": {"seconds": int(settings.vertex_job_seconds)},
                "strategy": "SPOT" if settings.vertex_spot else "STANDARD",
                # Whether to try again is our rows' business: one place counts the tries.
                "disable_retries": True,
            },
        }
        if settings.vertex_service_account:
            specification["service_account"] = settings.vertex_service_account
        if settings.vertex_network:
            specification["network"] = settings.vertex_network
        return {
            "display_name": f"voice-studio-take-{take_id}",
            "job_spec": specification,
            "labels": {_LABEL: ticket},
        }

    @cached_property
    def _client(self) -> Any:
        try:
            from google.auth.credentials import AnonymousCredentials
            from google.cloud.aiplatform_v1 import JobServiceClient
            from google.cloud.aiplatform_v1.services.job_service.transports import (
                JobServiceRestTransport,
            )
        except ImportError as problem:
            raise Unavailable("vertex_library_missing") from problem
        region = f"https://{self._settings.vertex_location}-aiplatform.googleapis.com"
        parts = urlsplit(self._settings.vertex_endpoint or region)
        # By default the machine's own; on an address without TLS anybody could read them.
        credentials = AnonymousCredentials() if parts.scheme == "http" else None
        transport = JobServiceRestTransport(
            host=parts.netloc, url_scheme=parts.scheme, credentials=credentials
        )
        return JobServiceClient(transport=transport)

    def _asked(
        self,
        request: Callable[[], Result],
        through: type[Exception] | tuple[type[Exception], ...] = (),
    ) -> Result:
        """What the service answers; its errors as ours, but for those that are to come through."""
        from google.api_core import exceptions as google
        from google.auth.exceptions import GoogleAuthError
        from requests import RequestException

        try:
            return request()
        except through:
            raise
        except (google.ServerError, google.TooManyRequests, google.RetryError) as problem:
            raise Unavailable("jobs_unreachable", reason=_words(problem)) from problem
        except (google.GoogleAPICallError, GoogleAuthError) as problem:
            raise Unavailable("jobs_refused", reason=_words(problem)) from problem
        except (RequestException, OSError) as problem:
            raise Unavailable("jobs_unreachable", reason=type(problem).__name__) from problem


def _words(problem: Exception) -> str:
    return str(getattr(problem, "message", problem))[:300]


def _state(name: str, words: str) -> tuple[JobState, str]:
    """Vertex AI's states as ours (``google.cloud.aiplatform.v1.JobState``)."""
    kind = name.removeprefix("JOB_STATE_")
    if kind == "SUCCEEDED":
        return JobState.SUCCEEDED, ""
    if kind in ("FAILED", "EXPIRED", "PARTIALLY_SUCCEEDED"):
        taken_away = any(word in words.lower() for word in _PREEMPTED)
        return (JobState.PREEMPTED if taken_away else JobState.FAILED), words
    if kind in ("CANCELLING", "CANCELLED"):
        return JobState.CANCELLED, words
    return (JobState.RUNNING if kind in ("RUNNING", "UPDATING") else JobState.QUEUED), ""
