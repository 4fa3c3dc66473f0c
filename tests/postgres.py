"""A real PostgreSQL for the tests: its own server in a folder of its own, ended with the tests.

Nothing here touches a server that the machine runs: this one listens on a Unix socket in a folder
that nobody else uses. Every data folder of a test has a database of its own, copied from one that
is migrated already.
"""

import contextlib
import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg

CHOSEN = os.environ.get("STUDIO_TEST_DATABASE", "sqlite") == "postgresql"
"""Whether the whole run is on PostgreSQL."""
_SERVER = "STUDIO_TEST_POSTGRESQL"
"""Variable by which processes that tests start know the server."""
_TEMPLATE = "template_studio"
_OPTIONS = {
    "listen_addresses": "",
    "max_connections": "400",
    "shared_buffers": "32MB",
    "fsync": "off",  # the machine does not lose power; that the studio is killed is another matter
    "full_page_writes": "off",
    "autovacuum": "off",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "log_min_messages": "fatal",
    # hostile on purpose: text must not depend on the server's locale and zone
    "timezone": "Asia/Seoul",
    "datestyle": "SQL, DMY",
}


class Server:
    """One PostgreSQL server; started when first asked for."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._process: subprocess.Popen | None = None
        self._databases: dict[str, Path | None] = {}
        self.joined = False

    @property
    def pid(self) -> int:
        return self._process.pid

    def start(self) -> "Server":
        """Start it where it does not run; the second time with what it kept."""
        if self._process is not None or self.joined:
            return self
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="pg-"))
            if os.geteuid() == 0:
                os.chown(self._folder, self._user.pw_uid, self._user.pw_gid)
            self._run(
                "initdb", "--auth=trust", "--no-sync", "--username=studio", "--encoding=UTF8",
                "--locale=C", f"--pgdata={self._folder / 'data'}",
            )  # fmt: skip
        options = [f"--{name}={value}" for name, value in _OPTIONS.items()]
        self._process = subprocess.Popen(
            # it ends with the tests, also where they are killed
            ["setpriv", "--pdeathsig", "QUIT", _program("postgres"), "-D", self._folder / "data",
             f"--unix_socket_directories={self._folder}", *options],
            stdout=subprocess.DEVNULL, stderr=(self._folder / "log").open("ab"), cwd="/", **self._as()
        )  # fmt: skip
        os.environ[_SERVER] = str(self._folder)
        began = time.monotonic()
        while True:
            assert self._process.poll() is None, (self._folder / "log").read_text()[-2000:]
            try:
                psycopg.connect(f"host={self._folder} user=studio dbname=postgres").close()
            except psycopg.OperationalError:
                assert time.monotonic() - began < 30, (self._folder / "log").read_text()[-2000:]
                time.sleep(0.02)
            else:
                return self

    def stop(self, how: signal.Signals = signal.SIGQUIT) -> None:
        """End it: SIGINT ends sessions first, SIGQUIT is as if it crashed."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(30)
            self._process = None

    def remove(self) -> None:
        """End it and forget everything it kept."""
        self.stop()
        if self._folder is not None and not self.joined:
            del os.environ[_SERVER]
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def create(self, name: str, *, migrated: bool = True, of: Path | None = None) -> str:
        """The URL of a database, which is made where there is none.

        Args:
            name: of the database.
            migrated: with this studio's tables.
            of: the data folder it stands for.
        """
        self.start()
        if name not in self._databases:
            template = self._template() if migrated else "template0"
            with contextlib.suppress(psycopg.errors.DuplicateDatabase):  # by another process
                self._execute(f'CREATE DATABASE "{name}" TEMPLATE {template}')
            self._databases[name] = of
        return f"postgresql://studio@/{name}?host={self._folder}"

    def join(self, folder: Path) -> None:
        """Use the server of the process that started this one."""
        self._folder, self._databases, self.joined = folder, {_TEMPLATE: None}, True

    def drop_within(self, folder: Path) -> None:
        """Forget the databases of data folders in a folder."""
        for name, of in list(self._databases.items()):
            if of is not None and of.is_relative_to(folder):
                self.drop(name)

    def drop(self, name: str) -> None:
        """Forget a database, whoever still uses it."""
        self.start()
        del self._databases[name]
        self._execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    def _template(self) -> str:
        if _TEMPLATE not in self._databases:
            from studio.settings import Settings
            from studio.store.database import Database

            url = self.create(_TEMPLATE, migrated=False)
            database = Database(Settings(database_url=url))
            database.start()
            database.close()
        return _TEMPLATE

    def _execute(self, statement: str) -> None:
        address = f"host={self._folder} user=studio dbname=postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement)

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess:
        command = [_program(program), *arguments]
        return subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/", **self._as())

    @property
    def _user(self) -> pwd.struct_passwd:
        """The superuser may not run it."""
        try:
            return pwd.getpwnam("postgres")
        except KeyError:
            return pwd.getpwnam("nobody")

    def _as(self) -> dict:
        if os.geteuid() != 0:
            return {}
        user = self._user
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


SERVER = Server()
"""The one of this process."""


def url_of(data_dir: Path) -> str:
    """The database that stands for a data folder; in whatever process of the tests it is asked."""
    name = "studio_" + hashlib.sha256(str(data_dir.absolute()).encode()).hexdigest()[:16]
    return SERVER.create(name, of=data_dir.absolute())


def follow() -> None:
    """Keep every data folder's rows in a PostgreSQL database of its own, where that was chosen."""
    if not CHOSEN:
        return
    if _SERVER in os.environ:
        SERVER.join(Path(os.environ[_SERVER]))
    from studio.settings import Settings

    Settings.resolved_database_url = property(  # type: ignore[assignment,method-assign]
        lambda settings: settings.database_url or url_of(settings.data_dir)
    )


def available() -> bool:
    """Whether PostgreSQL is installed."""
    return _program("postgres") is not None


def _program(name: str) -> str | None:
    """Debian keeps the programs of a server out of the search path."""
    versions = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: float(path.parts[4])
    )
    return str(versions[-1]) if versions else shutil.which(name)
