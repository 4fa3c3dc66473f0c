"""Every setting of the studio, read from variables ``STUDIO_*`` (and ``PORT``)."""

import os
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from studio.space import preset


class Settings(BaseSettings):
    """The one settings object; `studio.wiring` builds every service from it."""

    model_config = SettingsConfigDict(env_prefix="STUDIO_", extra="ignore", populate_by_name=True)

    host: Annotated[
        str, Field(validation_alias=AliasChoices("STUDIO_HOST", "GRADIO_SERVER_NAME"))
    ] = "127.0.0.1"
    """The address to listen on; another one opens the studio to the network."""
    port: Annotated[int, Field(validation_alias=AliasChoices("PORT", "STUDIO_PORT"))] = 7860
    """The TCP port to listen on."""
    allowed_hosts: str = ""
    """Names, with commas between, under which a proxy on this machine may serve the studio beside
    ``localhost``; ``*`` for any. Guards against DNS rebinding (`studio.api.origin`)."""
    public_url: str = ""
    """Where others reach the studio (``https://studio.example``): invitations to studies begin
    with it; by default with the address that their owner uses."""
    data_dir: Path = Path("data")
    """Where the database, the audio and the studio's own copies of weights are kept."""
    database_url: str | None = None
    """SQLAlchemy URL; by default SQLite in ``data_dir``."""
    sqlite_journal: Literal["auto", "wal", "delete"] = "auto"
    """How SQLite journals: ``delete`` where its file lies on a disk across a network, which
    ``auto`` finds out (`studio.store.journal`); else ``wal``."""
    blobs_url: str | None = None
    """fsspec URL for audio; by default a folder in ``data_dir``."""
    models_dir: Path | None = None
    """A folder searched first for weights: ``<models_dir>/<engine>/<file>``."""

    locales_dir: Path | None = None
    """A folder with a file for each further language, ``ja.json`` (`studio.locales` reads it)."""
    pip_options: str = ""
    """Further options of ``pip install`` when an engine's own environment is built: PyTorch's own
    index of builds for the processor alone saves 3 GB on a machine without a graphics card."""

    upload_max_bytes: int = 20 * 1024 * 1024
    """A larger recording is refused."""
    upload_max_seconds: float = 300.0
    """A longer recording is refused."""
    text_max_characters: int = 5000
    """A longer text is refused; an engine's card may ask for less."""
    instruction_max_characters: int = 500
    """A longer instruction is refused."""
    comparison_max_engines: int = 16
    """How many takes one order may have."""

    engine_load_seconds: float = 120.0
    """An engine that has not loaded by then is ended."""
    engine_silence_seconds: float = 60.0
    """An engine that yields nothing for so long while rendering is ended."""
    engine_stop_seconds: float = 1.0
    """After a cancel, how long an engine may take to stop by itself before its process is ended."""
    engine_idle_seconds: float = 900.0
    """An engine unused for so long leaves memory."""
    devices: Annotated[str, Field(pattern=r"^(auto|cpu|cuda:\d+=\d+(,cuda:\d+=\d+)*)$")] = "auto"
    """Graphics cards for engines: ``auto`` asks ``nvidia-smi``, ``cpu`` is none, or what to go by
    instead, with the memory of each in MB: ``cuda:0=24000,cuda:1=24000``."""
    device_idle_seconds: float = 300.0
    """An engine unused for so long leaves its graphics card."""

    enrol_saved_voices: bool = True
    """Compile every voice that is saved for each engine on this machine that clones and is ready,
    one after the other in the background, so that its first take need not wait for that."""
    measure: bool = True
    """Measure every take after it was made, in a process of its own that gives way to others."""
    measure_niceness: Annotated[int, Field(ge=0, le=19)] = 19
    """How far that process gives way (``nice``). On a machine whose processors are never idle a
    smaller number has takes measured sooner, at the cost of those that are being made."""
    take_retries: Annotated[int, Field(ge=0, le=5)] = 2
    """How often a take that its checks caught is made anew with another seed, unless its order
    says otherwise. Engines that are paid for are not retried unless the order says so."""
    asr_model: Annotated[str, Field(pattern=r"^[a-z0-9.-]{1,40}$")] = "auto"
    """Weight set of the speech recogniser that writes transcripts and checks takes; ``auto``: the
    best one that is there."""
    watermark: bool = True
    """Put an inaudible watermark into exports of cloned voices."""

    stimulus_lufs: float = -23.0
    """Loudness of both clips of a trial (LUFS); lower where a clip's peaks need room."""
    stimulus_fair_bandwidth: bool = False
    """Low-pass both clips of a trial to the narrower one's bandwidth."""
    listen_fraction: float = 1.0
    """A vote counts once this share of both clips' total length has passed since they were sent."""
    votes_per_minute: int = 60
    """Votes a minute from one rater."""
    trials_per_minute_address: int = 240
    """Trials a minute from one network address."""
    rater_requests_per_minute_address: int = 2400
    """Requests a minute from one network address to studies: joining, asking for screens, answers;
    a room of a hundred raters behind one address needs about 1200."""

    rater_login: Literal["auto", "off", "huggingface"] = "auto"
    """Whether raters of studies sign in with Hugging Face first, so that one account is one rater.
    ``auto``: on a Space that offers it (``hf_oauth: true`` in its README)."""
    oauth_client_id: Annotated[
        str, Field(validation_alias=AliasChoices("STUDIO_OAUTH_CLIENT_ID", "OAUTH_CLIENT_ID"))
    ] = ""
    """A Space sets these three."""
    oauth_client_secret: Annotated[
        str,
        Field(validation_alias=AliasChoices("STUDIO_OAUTH_CLIENT_SECRET", "OAUTH_CLIENT_SECRET")),
    ] = ""
    """Signs the cookies of who signed in, as well."""
    openid_provider_url: Annotated[
        str,
        Field(validation_alias=AliasChoices("STUDIO_OPENID_PROVIDER_URL", "OPENID_PROVIDER_URL")),
    ] = "https://huggingface.co"
    """Where accounts are."""
    space_id: Annotated[
        str, Field(validation_alias=AliasChoices("STUDIO_SPACE_ID", "SPACE_ID"))
    ] = ""
    """The Space the studio runs on, set by the Space."""

    auth: Literal["off", "on"] = "off"
    """``on``: everything but the pages of raters asks who it is (password, Hugging Face, key)."""
    auth_sign_up: Literal["closed", "huggingface"] = "closed"
    """``huggingface``: whoever signs in there gets an account as a creator."""
    admin_password: SecretStr | None = None
    """Of the account ``admin``, which is made at the first start with it; for containers. Elsewhere
    ``python -m studio users add``."""
    secret_key: SecretStr | None = None
    """Signs cookies and keys digests; by default made once and kept in the data folder. All
    processes of one studio need the same."""
    session_days: Annotated[float, Field(gt=0)] = 30.0
    """How long a browser stays signed in."""
    requests_per_minute_user: Annotated[int, Field(ge=1)] = 600
    """Requests a minute from one account, where accounts are on."""
    requests_per_minute_address: Annotated[int, Field(ge=1)] = 1200
    """Requests a minute from one network address, where accounts are on."""
    trusted_proxies: str = "127.0.0.1,::1"
    """Addresses, with commas between, whose ``X-Forwarded-For`` is believed."""
    quota_takes_per_day: Annotated[int | None, Field(ge=0)] = None
    """Takes that one account may order in 24 hours; answers from the store are free."""
    quota_characters_per_day: Annotated[int | None, Field(ge=0)] = None
    """Characters that one account may have spoken in 24 hours, times the engines that speak."""
    quota_voices: Annotated[int | None, Field(ge=0)] = None
    """Voices that one account may keep."""
    spending_cap: dict[str, float] = {}
    """What all paid engines together may charge in a calendar month (UTC), by currency:
    ``{"USD": 50}``. A take that would pass it is refused before anything is paid."""
    spending_cap_user: dict[str, float] = {}
    """The same for each account."""

    runtime: Literal["process", "ray", "vertex", "zerogpu"] = "process"
    """Where engines run: in processes of this machine, on a Ray cluster, heavy ones as jobs on
    Google Cloud's Vertex AI, or on the graphics cards that a Space borrows for single calls."""
    ray_address: str = "auto"
    """Of the Ray cluster; ``local`` starts one on this machine."""
    ray_replicas: dict[str, Annotated[int, Field(ge=1)]] = {}
    """How many actors an engine may have: ``{"qwen3": 4}``; 1 where nothing is said."""
    ray_gpu_mb: Annotated[int, Field(ge=1)] = 24_000
    """Memory of one graphics card of the cluster (10⁶ bytes): an actor asks for the share of a card
    that its engine takes of it."""
    ray_resources: dict[str, dict[str, Annotated[float, Field(ge=0)]]] = {}
    """What an engine's actor asks of the cluster instead: ``{"qwen3": {"GPU": 0.5, "CPU": 2}}``,
    ``memory`` in bytes, or resources that nodes were given a name for."""
    ray_environments: Literal["installed", "pip"] = "installed"
    """Engines with an environment of their own: ``installed`` is the one that was installed on the
    node, with ``pip`` Ray installs one there when it is first needed."""
    ray_memory_mb: Annotated[int, Field(ge=80)] = 200
    """Shared memory of the cluster that ``STUDIO_RAY_ADDRESS=local`` starts."""

    vertex_project: str = ""
    """Google Cloud project in which heavy takes become jobs (``STUDIO_RUNTIME=vertex``)."""
    vertex_location: Annotated[str, Field(pattern=r"^[a-z0-9-]{3,40}$")] = "us-central1"
    """Region of the jobs; best the one of the bucket and the database."""
    vertex_image: str = ""
    """The image that ``Dockerfile.cuda`` builds, by digest or tag."""
    vertex_engines: list[str] | None = None
    """Whose takes become jobs; by default all engines that run on graphics cards."""
    vertex_machine: str = "g2-standard-8"
    """Machine of a job."""
    vertex_accelerator: str = "NVIDIA_L4"
    """Its graphics card, as Vertex AI names it; empty for none."""
    vertex_accelerator_count: Annotated[int, Field(ge=1)] = 1
    """How many of them."""
    vertex_spot: bool = False
    """Cheaper machines that may be taken away; such takes are begun again."""
    vertex_service_account: str = ""
    """As whom jobs run; it needs the bucket and the database and nothing else."""
    vertex_network: str = ""
    """Network that jobs join, ``projects/NUMBER/global/networks/NAME``: the database's."""
    vertex_environment: dict[str, str] = {}
    """Further variables of a job. Whoever may look at jobs in the project sees them."""
    vertex_endpoint: str = ""
    """Where the jobs' API is, if not at the region's public address."""
    vertex_jobs_at_once: Annotated[int, Field(ge=1)] = 4
    """Jobs under way for one engine; the project's quota of graphics cards is the other bound."""
    vertex_job_seconds: Annotated[float, Field(ge=60)] = 3600.0
    """A job that runs longer is ended."""
    vertex_poll_seconds: Annotated[float, Field(gt=0)] = 5.0
    """How often a job is looked at."""

    lease_beat_seconds: Annotated[float, Field(gt=0)] = 1.0
    """How often the process that schedules takes says that it lives."""
    lease_patience_seconds: Annotated[float, Field(gt=0)] = 5.0
    """Without a sign of life for so long, another process takes over."""
    take_tries: Annotated[int, Field(ge=1, le=10)] = 3
    """How often a take's rendering is begun before a passing failure becomes its end."""
    take_backoff_seconds: Annotated[float, Field(ge=0)] = 2.0
    """Before the second try; twice as long before each further one."""
    stop_seconds: Annotated[float, Field(ge=0)] = 10.0
    """When the studio is asked to stop, how long running takes may go on; then they are handed
    back, and the next start or another process renders them anew."""
    batch_max_takes: Annotated[int, Field(ge=1)] = 10_000
    """How many takes a batch may have."""
    welcome: bool = True
    """Make a first comparison by itself for whoever opens the studio and has none: an example to
    listen to, with engines of this machine that cost nothing."""

    bin_days: Annotated[float, Field(gt=0)] = 30.0
    """What somebody deletes in the library can be taken out of its bin for so long."""

    cloning_engine: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$")] = "auto"
    """Which engine answers ``POST /synthesize``; ``auto``: the first that clones and is ready."""

    log_format: Literal["text", "json"] = "text"
    """``json``: a line an event, for machines that collect logs."""
    log_details: bool = False
    """Lines also have what exceptions and engines said, which may quote texts and names: for a
    studio of one's own."""
    metrics_token: SecretStr | None = None
    """Where accounts are on, ``/metrics`` asks for it as a bearer token (or an admin's key)."""

    prices: dict[str, dict[str, Any]] = {}
    """What paid engines cost, in place of their cards' prices; JSON by engine:
    ``{"minimax": {"per_million_characters": 60, "currency": "USD", "as_of": "2026-01-31",
    "source": "contract", "by_model": {}}}``."""

    bootstrap_draws: int = 1000
    """Resamplings behind the intervals of the leaderboard."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What a Space is given (`studio.space`) comes last: every variable outweighs it."""
        of_a_space = InitSettingsSource(settings_cls, preset(os.environ))
        return init_settings, env_settings, dotenv_settings, file_secret_settings, of_a_space

    @property
    def raters_sign_in(self) -> bool:
        """Whether raters sign in with Hugging Face."""
        if self.rater_login == "auto":
            return bool(self.space_id and self.oauth_client_id and self.oauth_client_secret)
        return self.rater_login == "huggingface"

    @property
    def resolved_database_url(self) -> str:
        """The database's URL, the default spelled out."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'studio.sqlite3').absolute()}"

    @property
    def resolved_blobs_url(self) -> str:
        """The blob store's URL, the default spelled out."""
        return self.blobs_url or f"file://{(self.data_dir / 'blobs').absolute()}"
