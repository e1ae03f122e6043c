"""Every setting in one frozen tree. Unknown keys are refused, whatever their source.

Arguments win over `ASKPOLICY_…` environment variables (`ASKPOLICY_DECIDE__CAUTION=0.8`), and these win over
`askpolicy.toml` in the working folder.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    IPvAnyNetwork,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from bot.addresses import collector_url, host_name, path_prefix, postgresql_url, site_origin, split_list, split_pairs
from bot.types import AskPolicyError

PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = PACKAGE.parent
_IN_CHECKOUT = (_CHECKOUT / "pyproject.toml").is_file()

FILE = "askpolicy.toml"


def _default_home() -> Path:
    if _IN_CHECKOUT:
        return _CHECKOUT / ".askpolicy"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "askpolicy"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


# Also accepts a list as one string. Use it with NoDecode: otherwise pydantic accepts only JSON from the environment.
_FromString = BeforeValidator(split_list)


class GuardSettings(_Frozen):
    """Limits on what a visitor sends."""

    # The upper limit: cleaning 10,000 characters takes up to half of the 100 ms of CPU that handling feedback may take
    # (tests/trust/test_slow_text.py).
    max_question_chars: int = Field(2_000, ge=1, le=10_000, description="The longest question accepted, in characters.")
    max_history: int = Field(8, ge=0, le=50, description="How many earlier questions are considered.")


class RetrieveSettings(_Frozen):
    """Limits on how many candidates are considered."""

    candidates: int = Field(24, ge=1, le=1_000, description="Sentences that each retrieval channel returns.")
    neighbors: int = Field(32, ge=1, le=1_000, description="Known visitor questions that are compared.")

    @model_validator(mode="before")
    @classmethod
    def _has_no_old_name(cls, values: object) -> object:
        old = "neighbours"  # codespell:ignore
        if isinstance(values, dict) and old in values:
            raise ValueError(f"the key '{old}' is now called 'neighbors'")
        return values


class FetchSettings(_Frozen):
    """Limits on fetching a policy that is given by its address. Nothing is fetched while serving."""

    seconds: float = Field(20.0, gt=0, le=600, description="The longest that fetching a page may take in all.")
    ports: Annotated[tuple[Annotated[int, Field(ge=1, le=65_535)], ...], NoDecode, _FromString] = Field(
        (80, 443), description="Ports that may be called."
    )
    allow_private: bool = Field(
        False,
        description="Whether pages of private networks and of this machine may be fetched, as needed for an intranet.",
    )


class DecideSettings(_Frozen):
    """How readily to answer."""

    # A wrong answer misleads, but a refusal says whom to ask. So the default leans toward refusing.
    caution: float = Field(
        0.65,
        ge=0.0,
        le=1.0,
        description="0 answers whenever possible, 1 only if certain; 0.5 picks the most likely outcome.",
    )


class ComposeSettings(_Frozen):
    """Limits on the length of an answer."""

    max_citations: int = Field(
        5, ge=1, le=20, description="The most sentences that an answer quotes, not counting those that complete a list."
    )
    min_relevance: float = Field(
        0.3, ge=0.0, le=1.0, description="The least relevance that a sentence after the first needs to be quoted."
    )


Origin = Annotated[str, AfterValidator(site_origin)]
HostName = Annotated[str, AfterValidator(host_name)]


class FeedbackSettings(_Frozen):
    """What to store about usage: counts of outcomes, and the feedback that visitors choose to give."""

    enabled: bool = Field(True, description="false stores nothing.")
    path: Path | None = Field(None, description="The database; `feedback.sqlite` in `home` by default.")
    retention_days: int = Field(
        90, ge=0, le=3_650, description="Days until counts and feedback are deleted; 0 keeps nothing."
    )
    per_hour: int = Field(
        40,
        ge=0,
        le=100_000,
        description="Feedback accepted per address and hour, across all workers; 0 sets no limit.",
    )
    max_rows: int = Field(
        100_000,
        ge=1,
        le=10_000_000,
        description="The most verdicts that are stored; beyond that, new ones are refused.",
    )
    max_megabytes: int = Field(
        100,
        ge=10,
        le=100_000,
        description="The largest size of the database on disk; once it is three quarters full, new verdicts are stored "
        "without comments and questions.",
    )


class DatabaseSettings(_Frozen):
    """A database that many machines share. See docs/shared-store.md."""

    url: Annotated[SecretStr, AfterValidator(postgresql_url)] | None = Field(
        None,
        description="The PostgreSQL database that publishers write and services read, such as "
        "postgresql://askpolicy@db.example.org/askpolicy; none by default.",
    )


class ServeSettings(_Frozen):
    """The HTTP service, `askpolicy serve`."""

    host: str = Field(
        "127.0.0.1", min_length=1, description="The address to listen on; 0.0.0.0 means every IPv4 address."
    )
    port: int = Field(8000, ge=0, le=65_535, description="0 picks a free port.")
    workers: int = Field(
        2, ge=1, le=64, description="Worker processes. Each holds its own copy of the index and the model."
    )
    threads: int = Field(2, ge=1, le=64, description="Questions that one worker answers at the same time.")
    max_in_work: int = Field(
        32,
        ge=1,
        le=10_000,
        description="Questions that one worker may have running or waiting; beyond that, it replies 503.",
    )
    policies: Annotated[tuple[str, ...], NoDecode, _FromString] = Field(
        (),
        description="Policies to serve in addition to the setting `policy`. `*` means every folder in `corpus`, and "
        "`/srv/policies/*` every folder there.",
    )
    hosts: Annotated[dict[HostName, str], NoDecode, BeforeValidator(split_pairs)] = Field(
        {},
        description="Host names that choose one of these policies, such as chat.example.org=example.",
    )
    memory_megabytes: int = Field(
        256,
        ge=1,
        le=1_000_000,
        description="About how much memory the loaded policies of one worker may take, in addition to 200 MB for the "
        "program and the model; beyond that, the least recently asked ones are unloaded.",
    )
    origins: Annotated[tuple[Origin, ...], NoDecode, _FromString] = Field(
        (),
        description="Other sites whose pages may use the chat or show these pages in a frame, such as "
        "https://www.example.org. The service's own pages always may.",
    )
    trusted_proxies: Annotated[tuple[IPvAnyNetwork, ...], NoDecode, _FromString] = Field(
        (), description="Addresses or networks whose X-Forwarded-For is trusted; none by default."
    )
    root_path: Annotated[str, AfterValidator(path_prefix)] = Field(
        "",
        description="The path at which a proxy publishes the service, such as /chat; empty if it has the whole host.",
    )
    questions_per_minute: int = Field(
        60,
        ge=0,
        le=100_000,
        description="Questions accepted per address and minute, across all workers; 0 sets no limit.",
    )
    rate_store: str = Field(
        "memory://",
        description="The store of the rate limits: memory:// for this service alone, redis://HOST:PORT to share them.",
    )
    address_secret: SecretStr | None = Field(
        None,
        description="The key that hashes addresses in a rate_store that several machines share; must be the same on "
        "each. By default, a new random key at each start.",
    )
    draft_token: Annotated[SecretStr, Field(min_length=16)] | None = Field(
        None,
        description="Serves the drafts of the policies at /draft/TOKEN/, to anyone who knows this token of at "
        "least 16 characters.",
    )
    max_body_bytes: int = Field(131_072, ge=1_024, le=10_000_000, description="The largest request body.")
    body_seconds: float = Field(10.0, gt=0, le=300, description="The longest that a request body may take to arrive.")
    header_seconds: float = Field(
        10.0, gt=0, le=300, description="The longest that a request's headers may take to arrive."
    )
    send_seconds: float = Field(
        10.0, gt=0, le=300, description="The longest that a visitor may leave an answer unread."
    )
    max_connections: int = Field(
        512,
        ge=1,
        le=100_000,
        description="Open connections per worker; beyond that, the one that has kept it waiting longest is refused "
        "with 503.",
    )
    stop_seconds: int = Field(8, ge=1, le=300, description="How long answers in flight may take after SIGTERM.")
    drain_seconds: int = Field(
        0,
        ge=0,
        le=300,
        description="How long the service keeps serving after SIGTERM with /readyz at 503, so that a load balancer "
        "that checks it sends no more requests; nginx does not need this.",
    )
    stuck_seconds: int = Field(
        10,
        ge=2,
        le=300,
        description="Seconds that a worker's event loop may go without a heartbeat before the worker is replaced.",
    )
    demo: bool = Field(True, description="Whether to serve the Gradio demo at /demo, if gradio is installed.")


class TracingSettings(_Frozen):
    """Traces of requests to the HTTP service, for OpenTelemetry."""

    url: Annotated[str, AfterValidator(collector_url)] | None = Field(
        None,
        description="The OpenTelemetry collector to which the service sends traces, such as http://127.0.0.1:4318. A "
        "trace contains no visitor's words or address. By default, there are no traces.",
    )
    share: float = Field(1.0, ge=0.0, le=1.0, description="The share of the requests that are traced.")


class Settings(BaseSettings):
    """All settings. See each group for what it holds."""

    model_config = SettingsConfigDict(
        env_prefix="ASKPOLICY_",
        env_nested_delimiter="__",
        toml_file=FILE,
        extra="forbid",
        frozen=True,
    )

    home: Path = Field(
        default_factory=_default_home, description="The folder of the indexes, with one subfolder for each policy."
    )
    corpus: Path = Field(
        _CHECKOUT / "corpus" if _IN_CHECKOUT else PACKAGE / "_corpus",
        description="The folder of the policies, with one subfolder for each policy.",
    )
    policy: str = Field("massgov", description="The policy to ask about: a folder in `corpus`, a file, or an address.")
    model: str = Field(
        str(PACKAGE / "models" / "encoder"), description="The encoder: a folder, or the name of a published model."
    )
    threads: int = Field(2, ge=1, le=64, description="Texts that are encoded at the same time while an index is built.")
    cached_answers: int = Field(
        512,
        ge=0,
        le=100_000,
        description="Answers kept in memory in case a question is asked again, under a keyed digest; 0 keeps none.",
    )
    fetch: FetchSettings = FetchSettings()
    guard: GuardSettings = GuardSettings()
    retrieve: RetrieveSettings = RetrieveSettings()
    decide: DecideSettings = DecideSettings()
    compose: ComposeSettings = ComposeSettings()
    feedback: FeedbackSettings = FeedbackSettings()
    database: DatabaseSettings = DatabaseSettings()
    serve: ServeSettings = ServeSettings()
    tracing: TracingSettings = TracingSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Return the sources, the one with the highest priority first. No dotenv file, no secrets folder."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def settings_file() -> Path | None:
    """Return the absolute path of the settings file, or None if the working folder has none.

    Raises AskPolicyError if the folder cannot be searched.
    """
    try:
        file = Path.cwd() / FILE
        return file if file.is_file() else None
    except FileNotFoundError:  # the working folder was removed
        return None
    except OSError as error:
        raise AskPolicyError(
            f"The working folder cannot be searched for {FILE} ({error.strerror}): start in another folder."
        ) from None


def load_settings(**overrides: object) -> Settings:
    """Load the settings from `overrides`, the environment and `askpolicy.toml`.

    Raises AskPolicyError if a key is unknown or a value is invalid; the message names the key.
    """
    known = {f"ASKPOLICY_{name.upper()}" for name in Settings.model_fields}
    for variable in os.environ:
        if variable.startswith("ASKPOLICY_") and variable.split("__")[0] not in known:
            raise AskPolicyError(
                f"The environment variable {variable} is not a setting: remove it, or use one of "
                f"{', '.join(sorted(known))}."
            )
    file = settings_file()
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        wrong = first["msg"].removeprefix("Value error, ")
        raise AskPolicyError(
            f"The setting '{key}' is not valid: {wrong}. Fix it in the environment (ASKPOLICY_…) or in {file or FILE}."
        ) from None
    except SettingsError as error:
        raise AskPolicyError(f"A setting in the environment cannot be read: {error}. Fix or remove it.") from None
    except (OSError, ValueError) as error:
        raise AskPolicyError(f"The settings file {file} cannot be read: {error}. Fix it or remove it.") from None
