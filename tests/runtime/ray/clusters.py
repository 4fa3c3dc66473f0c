"""A real Ray cluster of several node processes on this machine."""

import contextlib
import os
import signal
from pathlib import Path

from tests.suite_engines import PLUGINS

MEMORY = 80_000_000
"""Shared memory of each node, as little as Ray takes."""


class Nodes:
    """A cluster whose head runs no engines, and its workers."""

    def __init__(self):
        from ray.cluster_utils import Cluster

        self._cluster = Cluster(
            initialize_head=True,
            head_node_args={
                "num_cpus": 0,
                "include_dashboard": False,
                "object_store_memory": MEMORY,
            },
        )

    @property
    def address(self):
        return self._cluster.address

    @property
    def workers(self):
        return list(self._cluster.worker_nodes)

    def add(self, cpus=1, **resources):
        return self._cluster.add_node(
            num_cpus=cpus,
            object_store_memory=MEMORY,
            resources=resources,
        )

    def kill(self, node):
        """As a machine that loses its power: none of its processes says goodbye."""
        for pid in below(raylet(node)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._cluster.remove_node(node, allow_graceful=False)

    def complete(self):
        """Add what was killed; by the main thread, as Ray wants it."""
        while len(self._cluster.worker_nodes) < 2:
            self.add()

    def head(self, process):
        return self._cluster.head_node.all_processes[process][0].process.pid

    def of(self, pid):
        """The node that an engine's process runs on."""
        return next(n for n in self._cluster.worker_nodes if pid in below(raylet(n)))

    def close(self):
        import ray

        ray.shutdown()
        self._cluster.shutdown()


def raylet(node):
    return node.all_processes["raylet"][0].process.pid


def below(pid):
    """A process's children, and theirs."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            parents.setdefault(int(fields[1]), []).append(int(folder.name))
    found, left = [], [pid]
    while left:
        mine = parents.get(left.pop(), [])
        found += mine
        left += mine
    return found


@contextlib.contextmanager
def cluster_of_nodes(**environment):
    """Nothing is reported to anyone; nodes find the suite's engines."""
    root = Path(__file__).parents[3]
    wanted = {
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_ENABLE_AUTO_CONNECT": "0",
        "PYTHONPATH": os.pathsep.join([str(root), str(PLUGINS)]),
        **environment,
    }
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    nodes = Nodes()
    try:
        yield nodes
    finally:
        nodes.close()
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
