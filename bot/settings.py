"""Every setting in one frozen tree. Unknown keys are refused, wherever they are given.

Values come, the first one that speaks winning, from arguments, from `ASKPOLICY_…` environment variables
(`ASKPOLICY_DECIDE__CAUTION=0.8`), and from `askpolicy.toml` in the working folder.
"""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from bot.types import AskPolicyError

PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = PACKAGE.parent
_IN_CHECKOUT = (_CHECKOUT / "pyproject.toml").is_file()


def _default_home() -> Path:
    if _IN_CHECKOUT:
        return _CHECKOUT / ".askpolicy"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "askpolicy"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class GuardSettings(_Frozen):
    """What may come in."""

    max_question_chars: int = Field(2_000, ge=1, le=20_000)
    max_history: int = Field(8, ge=0, le=50)


class RetrieveSettings(_Frozen):
    """How many candidates each channel brings in."""

    candidates: int = Field(24, ge=1, le=1_000)
    neighbours: int = Field(32, ge=1, le=1_000)


class DecideSettings(_Frozen):
    """caution: 0 answers whenever it can, 1 only when it is sure; 0.5 takes the likeliest outcome."""

    caution: float = Field(0.5, ge=0.0, le=1.0)


class ComposeSettings(_Frozen):
    """How long an answer may become."""

    max_citations: int = Field(5, ge=1, le=20)
    min_relevance: float = Field(0.3, ge=0.0, le=1.0)


class FeedbackSettings(_Frozen):
    """What is kept of use: counts of outcomes, and the feedback that visitors choose to give.

    enabled: false keeps nothing at all. path: the database (default: `feedback.sqlite` in `home`).
    retention_days: what is older is deleted.
    """

    enabled: bool = True
    path: Path | None = None
    retention_days: int = Field(90, ge=1, le=3_650)


class Settings(BaseSettings):
    """All settings; see each group."""

    model_config = SettingsConfigDict(
        env_prefix="ASKPOLICY_",
        env_nested_delimiter="__",
        toml_file="askpolicy.toml",
        extra="forbid",
        frozen=True,
    )

    home: Path = Field(default_factory=_default_home)
    corpus: Path = _CHECKOUT / "corpus" if _IN_CHECKOUT else PACKAGE / "_corpus"
    policy: str = "massgov"
    model: str = str(PACKAGE / "models" / "encoder")
    threads: int = Field(2, ge=1, le=64)
    guard: GuardSettings = GuardSettings()
    retrieve: RetrieveSettings = RetrieveSettings()
    decide: DecideSettings = DecideSettings()
    compose: ComposeSettings = ComposeSettings()
    feedback: FeedbackSettings = FeedbackSettings()

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
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise AskPolicyError(
            f"The setting '{key}' does not fit: {first['msg']}. Correct it in the environment (ASKPOLICY_…) "
            "or in askpolicy.toml."
        ) from None
    except SettingsError as error:
        raise AskPolicyError(f"A setting in the environment cannot be read: {error}. Correct or remove it.") from None
    except ValueError as error:  # a broken askpolicy.toml
        raise AskPolicyError(f"askpolicy.toml cannot be read: {error}. Correct it or remove it.") from None
