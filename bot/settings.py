"""Every setting in one frozen tree. Unknown keys are refused, wherever they are given.

Values come, the first one that speaks winning, from arguments, from `ASKPOLICY_…` environment variables
(`ASKPOLICY_DECIDE__CAUTION=0.8`), and from `askpolicy.toml` in the working folder.
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
)
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from bot.addresses import path_prefix, site_origin, split_list
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


class GuardSettings(_Frozen):
    """What may come in."""

    # Cleaning the longest takes half of the 100 ms of CPU that feedback may take (tests/trust/test_slow_text.py).
    max_question_chars: int = Field(
        2_000, ge=1, le=10_000, description="The longest question that is read, in characters."
    )
    max_history: int = Field(8, ge=0, le=50, description="How many of the earlier questions are read.")


class RetrieveSettings(_Frozen):
    """How many candidates each channel brings in."""

    candidates: int = Field(24, ge=1, le=1_000, description="Sentences that each channel brings in.")
    neighbours: int = Field(32, ge=1, le=1_000, description="Known visitor questions that are looked at.")


class DecideSettings(_Frozen):
    """When to answer."""

    # An answer beside the point misleads; a refusal says whom to ask. So the default leans to refusing.
    caution: float = Field(
        0.65,
        ge=0.0,
        le=1.0,
        description="0 answers whenever it can, 1 only when it is sure; 0.5 takes the likeliest outcome.",
    )


class ComposeSettings(_Frozen):
    """How long an answer may become."""

    max_citations: int = Field(5, ge=1, le=20, description="The most sentences that an answer quotes.")
    min_relevance: float = Field(
        0.3, ge=0.0, le=1.0, description="Sentences that are less relevant are not quoted beside the first."
    )


Origin = Annotated[str, AfterValidator(site_origin)]
# Lets a list be given as one string too. Needs NoDecode next to it: otherwise the environment may only hold JSON.
_FromString = BeforeValidator(split_list)


class FeedbackSettings(_Frozen):
    """What is kept of use: counts of outcomes, and the feedback that visitors choose to give."""

    enabled: bool = Field(True, description="false keeps nothing at all.")
    path: Path | None = Field(None, description="The database; `feedback.sqlite` in `home` by default.")
    retention_days: int = Field(90, ge=1, le=3_650, description="Days after which what is kept is deleted.")
    per_hour: int = Field(
        40, ge=0, le=100_000, description="Feedback from one address in an hour, over all workers; 0 sets no limit."
    )
    max_rows: int = Field(
        100_000, ge=1, le=10_000_000, description="The most verdicts that are kept; beyond it new ones are refused."
    )
    max_megabytes: int = Field(
        100,
        ge=10,
        le=100_000,
        description="The most that the database takes on disk; at three quarters of it new verdicts are kept without "
        "their words.",
    )


class ServeSettings(_Frozen):
    """The HTTP service, `askpolicy serve`."""

    host: str = Field("127.0.0.1", min_length=1, description="Where it listens; 0.0.0.0 is every IPv4 address.")
    port: int = Field(8000, ge=0, le=65_535, description="0 takes any free one.")
    workers: int = Field(2, ge=1, le=64, description="Processes. Each holds its own copy of the index and model.")
    threads: int = Field(2, ge=1, le=64, description="Questions that one worker answers at the same time.")
    max_in_work: int = Field(
        32, ge=1, le=10_000, description="Questions in work or waiting in one worker; beyond it the answer is 503."
    )
    policies: Annotated[tuple[str, ...], NoDecode, _FromString] = Field(
        (), description="Policies that can be asked in addition to the setting `policy`."
    )
    origins: Annotated[tuple[Origin, ...], NoDecode, _FromString] = Field(
        (),
        description="Other sites whose pages may use the chat or show these pages in a frame, such as "
        "https://www.example.org. The service's own pages always may.",
    )
    trusted_proxies: Annotated[tuple[IPvAnyNetwork, ...], NoDecode, _FromString] = Field(
        (), description="Addresses or networks whose X-Forwarded-For is believed; none by default."
    )
    root_path: Annotated[str, AfterValidator(path_prefix)] = Field(
        "", description="The path under which a proxy offers the service, such as /chat; empty for the whole host."
    )
    questions_per_minute: int = Field(
        60, ge=0, le=100_000, description="From one address, over all workers; 0 sets no limit."
    )
    rate_store: str = Field(
        "memory://", description="Where the rate limit counts: memory:// (this service), or redis://HOST:PORT (many)."
    )
    address_secret: SecretStr | None = Field(
        None,
        description="What hides addresses in a rate_store that several machines share, the same on each; a new random "
        "one at each start by default.",
    )
    max_body_bytes: int = Field(131_072, ge=1_024, le=10_000_000, description="The largest request body.")
    body_seconds: float = Field(10.0, gt=0, le=300, description="The longest that a request body may take to arrive.")
    header_seconds: float = Field(
        10.0, gt=0, le=300, description="The longest that a request's header may take to arrive."
    )
    send_seconds: float = Field(
        10.0, gt=0, le=300, description="The longest that a visitor may leave an answer unread."
    )
    max_connections: int = Field(
        512,
        ge=1,
        le=100_000,
        description="Open connections of one worker; beyond it the one that has kept it waiting longest is closed.",
    )
    stop_seconds: int = Field(8, ge=1, le=300, description="How long answers in flight may take after SIGTERM.")
    stuck_seconds: int = Field(
        10,
        ge=2,
        le=300,
        description="Seconds without a sign of a worker's event loop, after which another takes its place.",
    )
    demo: bool = Field(True, description="Whether to offer the Gradio demo at /demo, if gradio is installed.")


class Settings(BaseSettings):
    """All settings; see each group."""

    model_config = SettingsConfigDict(
        env_prefix="ASKPOLICY_",
        env_nested_delimiter="__",
        toml_file=FILE,
        extra="forbid",
        frozen=True,
    )

    home: Path = Field(default_factory=_default_home, description="Where indexes lie, a folder a policy.")
    corpus: Path = Field(
        _CHECKOUT / "corpus" if _IN_CHECKOUT else PACKAGE / "_corpus",
        description="Where policies lie, a folder a policy.",
    )
    policy: str = Field("massgov", description="The policy that is asked: a folder in `corpus`, or a file.")
    model: str = Field(
        str(PACKAGE / "models" / "encoder"), description="The encoder: a folder, or a model's usual name."
    )
    threads: int = Field(2, ge=1, le=64, description="Texts that are encoded at the same time while an index is built.")
    cached_answers: int = Field(
        512,
        ge=0,
        le=100_000,
        description="Answers held in memory for questions that are asked again, under a keyed digest; 0 holds none.",
    )
    guard: GuardSettings = GuardSettings()
    retrieve: RetrieveSettings = RetrieveSettings()
    decide: DecideSettings = DecideSettings()
    compose: ComposeSettings = ComposeSettings()
    feedback: FeedbackSettings = FeedbackSettings()
    serve: ServeSettings = ServeSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, environment, askpolicy.toml; no dotenv and no secrets folder."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def settings_file() -> Path | None:
    """The settings file that is read, absolute; None if there is none in the working folder.

    Raises AskPolicyError if the folder may not be looked into.
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
    """The settings in force.

    Raises AskPolicyError that names the key, where it was given a value that does not fit.
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
            f"The setting '{key}' does not fit: {wrong}. Correct it in the environment (ASKPOLICY_…) "
            f"or in {file or FILE}."
        ) from None
    except SettingsError as error:
        raise AskPolicyError(f"A setting in the environment cannot be read: {error}. Correct or remove it.") from None
    except (OSError, ValueError) as error:
        raise AskPolicyError(f"The settings file {file} cannot be read: {error}. Correct it or remove it.") from None
