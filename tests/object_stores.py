"""Object stores for tests: emulators of S3 and Google Cloud Storage over real HTTP.

Each lies behind a gateway that can be told to fail. One of each serves a whole test process.
"""

import contextlib
import functools
import json
import logging
import os
import unittest.mock
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import fsspec.config

from tests.faulty_gateway import Gateway


@dataclass(frozen=True)
class ObjectStore:
    """A bucket of its own on an emulator, and the environment in which clients find it."""

    url: str
    environment: dict[str, str]
    gateway: Gateway


@functools.cache
def _s3() -> tuple[Gateway, dict[str, str]]:
    from moto.moto_server.threaded_moto_server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    gateway = Gateway(server.get_host_and_port()[1])
    return gateway, {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{gateway.port}",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


@functools.cache
def _gs() -> tuple[Gateway, dict[str, str]]:
    from gcp_storage_emulator.server import create_server

    from benchmarks.startup import free_port

    logging.getLogger("gcp_storage_emulator").setLevel(logging.CRITICAL)
    port = free_port()
    create_server("127.0.0.1", port, in_memory=True).start()
    gateway = Gateway(port)
    return gateway, {
        "STORAGE_EMULATOR_HOST": f"http://127.0.0.1:{gateway.port}",
        "FSSPEC_GCS_TOKEN": "anon",
    }


@contextlib.contextmanager
def store(kind: str) -> Iterator[ObjectStore]:
    """A new, empty bucket: ``s3`` or ``gs``, which clients of this process find meanwhile."""
    gateway, environment = {"s3": _s3, "gs": _gs}[kind]()
    gateway.well()
    bucket = f"test-{uuid.uuid4()}"
    address = f"http://127.0.0.1:{gateway.port}"
    if kind == "s3":
        request = urllib.request.Request(
            f"{address}/{bucket}",
            method="PUT",
            headers={
                "Authorization": "AWS4-HMAC-SHA256 Credential=testing/20260101/us-east-1/s3/aws4_request"
            },
        )
    else:
        body = json.dumps({"name": bucket}).encode()
        request = urllib.request.Request(
            f"{address}/storage/v1/b?project=test",
            data=body,
            method="POST",
            headers={"Content-Type": "application/json"},
        )
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 200
    gateway.well()
    found = ObjectStore(f"{kind}://{bucket}/studio/blobs", environment, gateway)
    with (
        unittest.mock.patch.dict(os.environ, environment),
        unittest.mock.patch.dict(fsspec.config.conf, {"gcs": {"token": "anon"}}),
    ):  # fsspec has read the environment already
        yield found
    gateway.well()
