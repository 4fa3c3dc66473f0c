"""A local server that behaves like Vertex AI's custom jobs and really runs what they are to run."""

import json
import os
import re
import subprocess
import sys
import threading
import uuid
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

ROOT = Path(__file__).parents[1]
_JOBS = re.compile(r"/v1/(projects/[^/]+/locations/[^/]+)/customJobs")
_JOB = re.compile(r"/v1/(projects/[^/]+/locations/[^/]+/customJobs/\d+)(:cancel)?")
_LABEL = re.compile(r'labels\.([a-z-]+)="([^"]*)"')


@dataclass
class RemoteJob:
    """A job as the service knows it."""

    document: dict[str, Any]
    state: str = "JOB_STATE_QUEUED"
    error: str = ""
    process: subprocess.Popen | None = None
    output: str = ""

    def to_json(self) -> dict[str, Any]:
        found = {**self.document, "state": self.state}
        if self.error:
            found["error"] = {"code": 14, "message": self.error}
        return found


@dataclass
class Vertex:
    """The service. Jobs stay queued until :meth:`begin`, unless ``at_once``."""

    environment: dict[str, str] = field(default_factory=dict)
    at_once: bool = True
    jobs: dict[str, RemoteJob] = field(default_factory=dict)
    failures: deque[int] = field(default_factory=deque)
    """HTTP statuses with which the next requests are refused."""
    requests: list[tuple[str, str]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    address: str = ""

    def create(self, parent: str, document: dict[str, Any]) -> RemoteJob:
        name = f"{parent}/customJobs/{uuid.uuid4().int % 10**18}"
        job = RemoteJob({**document, "name": name})
        self.jobs[name] = job
        if self.at_once:
            self.begin(job)
        return job

    def begin(self, job: RemoteJob) -> None:
        """A machine was found: run the container's command with its variables and no others."""
        container = job.document["jobSpec"]["workerPoolSpecs"][0]["containerSpec"]
        variables = {one["name"]: one["value"] for one in container["env"]}
        keep = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        command = [sys.executable, *container["command"][1:], *container["args"]]
        job.state = "JOB_STATE_RUNNING"
        job.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**keep, **self.environment, **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        threading.Thread(target=self._wait, args=(job,), daemon=True).start()

    def _wait(self, job: RemoteJob) -> None:
        assert job.process is not None
        job.output, _ = job.process.communicate()
        with self.lock:
            if job.state == "JOB_STATE_RUNNING":
                good = job.process.returncode == 0
                job.state = "JOB_STATE_SUCCEEDED" if good else "JOB_STATE_FAILED"
                job.error = (
                    "" if good else "The replica workerpool0-0 exited with a non-zero status"
                )

    def preempt(self, job: RemoteJob) -> None:
        """Take the machine away."""
        with self.lock:
            job.state = "JOB_STATE_FAILED"
            job.error = "The replica workerpool0-0 was preempted"
        if job.process is not None:
            job.process.kill()

    def cancel(self, job: RemoteJob) -> None:
        with self.lock:
            job.state = "JOB_STATE_CANCELLED"
        if job.process is not None:
            job.process.kill()

    def only(self) -> RemoteJob:
        (job,) = self.jobs.values()
        return job


class _Handler(BaseHTTPRequestHandler):
    vertex: Vertex
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        """Quiet."""

    def _answer(self, body: dict[str, Any], status: int = 200) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _refuse(self, status: int, words: str) -> None:
        self._answer({"error": {"code": status, "message": words, "status": ""}}, status)

    def _planned_failure(self) -> bool:
        self.vertex.requests.append((self.command, self.path))
        if not self.vertex.failures:
            return False
        self._refuse(self.vertex.failures.popleft(), "planned by the test")
        return True

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
        if self._planned_failure():
            return
        path = urlsplit(self.path).path
        if found := _JOBS.fullmatch(path):
            self._answer(self.vertex.create(found[1], body).to_json())
        elif (found := _JOB.fullmatch(path)) and found[2]:
            job = self.vertex.jobs.get(found[1])
            if job is None:
                self._refuse(404, "no such job")
                return
            self.vertex.cancel(job)
            self._answer({})
        else:
            self._refuse(404, path)

    def do_GET(self) -> None:
        if self._planned_failure():
            return
        parts = urlsplit(self.path)
        if found := _JOBS.fullmatch(parts.path):
            wanted = dict(_LABEL.findall(parse_qs(parts.query).get("filter", [""])[0]))
            jobs = [
                job.to_json()
                for job in self.vertex.jobs.values()
                if wanted.items() <= job.document.get("labels", {}).items()
            ]
            self._answer({"customJobs": jobs})
        elif (found := _JOB.fullmatch(parts.path)) and found[1] in self.vertex.jobs:
            self._answer(self.vertex.jobs[found[1]].to_json())
        else:
            self._refuse(404, parts.path)


@contextmanager
def serving(**environment: str) -> Iterator[Vertex]:
    """The service on a free port of this machine; ends with all its jobs."""
    vertex = Vertex(environment)
    handler = type("Handler", (_Handler,), {"vertex": vertex})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    vertex.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield vertex
    finally:
        server.shutdown()
        server.server_close()
        for job in vertex.jobs.values():
            if job.process is not None and job.process.poll() is None:
                job.process.kill()
                job.process.wait(10)
