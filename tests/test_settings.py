from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.settings import Settings, load_settings, settings_file
from bot.types import AskPolicyError


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ASKPOLICY_HOME")
    monkeypatch.delenv("ASKPOLICY_CORPUS")


def test_defaults_point_to_the_shipped_files() -> None:
    settings = load_settings()
    assert settings.policy == "massgov"
    assert (settings.corpus / "massgov" / "manifest.toml").is_file()
    assert (Path(settings.model) / "encoder.json").is_file()
    assert settings.guard.max_question_chars == 2_000


def test_arguments_override_the_environment_which_overrides_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("askpolicy.toml").write_text('policy = "file"\nthreads = 3\n[decide]\ncaution = 0.1\n', encoding="utf-8")
    monkeypatch.setenv("ASKPOLICY_POLICY", "environment")
    monkeypatch.setenv("ASKPOLICY_THREADS", "4")
    settings = load_settings(policy="argument")
    assert (settings.policy, settings.threads, settings.decide.caution) == ("argument", 4, 0.1)


def test_a_nested_setting_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASKPOLICY_DECIDE__CAUTION", "0.8")
    assert load_settings().decide.caution == 0.8


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("origins", "https://a.example", ("https://a.example",)),
        ("origins", "https://A.example/, https://b.example:443", ("https://a.example", "https://b.example")),
        ("origins", '["https://a.example"]', ("https://a.example",)),
        ("origins", "", ()),
        ("trusted_proxies", "127.0.0.1 10.0.0.0/8", ("127.0.0.1/32", "10.0.0.0/8")),
        ("trusted_proxies", '["::1"]', ("::1/128",)),
        ("policies", "massgov,harbor", ("massgov", "harbor")),
        ("policies", '["my policy.txt"]', ("my policy.txt",)),
    ],
)
def test_a_list_in_the_environment_may_be_plain_or_json(
    name: str, value: str, expected: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"ASKPOLICY_SERVE__{name.upper()}", value)
    assert tuple(map(str, getattr(load_settings().serve, name))) == expected


def test_a_list_may_come_from_the_file() -> None:
    content = '[serve]\norigins = "https://a.example"\npolicies = ["a b"]\n'
    Path("askpolicy.toml").write_text(content, encoding="utf-8")
    serve = load_settings().serve
    assert (serve.origins, serve.policies) == (("https://a.example",), ("a b",))


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        (
            "ASKPOLICY_CAUTION",
            "1",
            "ASKPOLICY_CAUTION is not a setting: remove it, or use one of ASKPOLICY_CACHED_ANSWERS, "
            "ASKPOLICY_COMPOSE, ",
        ),
        ("ASKPOLICY_DECIDE__CAUTIOUS", "1", "The setting 'decide.cautious' is not valid"),
        ("ASKPOLICY_RETRIEVE__NEIGHBOURS", "9", "is now called 'neighbors'"),  # codespell:ignore
        ("ASKPOLICY_DECIDE__CAUTION", "2", "The setting 'decide.caution' is not valid: .*less than or equal to 1"),
        ("ASKPOLICY_SERVE__ORIGINS", "a.example", r"'serve.origins.0' is not valid: 'a.example' is not the address"),
        ("ASKPOLICY_SERVE__ORIGINS", '["a', "'serve.origins' is not valid: the list is not valid JSON"),
        (
            "ASKPOLICY_SERVE__ROOT_PATH",
            "/v1",
            "'serve.root_path' is not valid: /v1 is one of the service's own addresses",
        ),
        ("ASKPOLICY_THREADS", "many", "The setting 'threads' is not valid"),
        ("ASKPOLICY_GUARD", "{broken", "A setting in the environment cannot be read: .*guard.* Fix or remove it"),
    ],
)
def test_the_error_names_an_invalid_environment_variable(
    variable: str, value: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(AskPolicyError, match=message):
        load_settings()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"color = 1\n", "The setting 'color' is not valid: Extra inputs are not permitted. Fix it"),
        (b"[guard]\ncolor = 1\n", "The setting 'guard.color' is not valid"),
        (b"[retrieve]\nneighbours = 9\n", "is now called 'neighbors'"),  # codespell:ignore
        (b"not toml", "askpolicy.toml cannot be read: .* Fix it or remove it."),
        (b"\xff\xfe", "askpolicy.toml cannot be read"),
    ],
)
def test_the_error_names_an_invalid_entry_in_the_file(content: bytes, message: str) -> None:
    Path("askpolicy.toml").write_bytes(content)
    with pytest.raises(AskPolicyError, match=message):
        load_settings()


def test_an_unknown_argument_is_refused() -> None:
    with pytest.raises(AskPolicyError, match="'color' is not valid"):
        load_settings(color=1)


def test_settings_are_frozen() -> None:
    settings = load_settings()
    with pytest.raises(ValidationError, match="frozen"):
        settings.policy = "other"
    with pytest.raises(ValidationError, match="frozen"):
        settings.decide.caution = 0.1


def test_dotenv_files_are_ignored() -> None:
    Path(".env").write_text("ASKPOLICY_POLICY=dotenv\n", encoding="utf-8")
    assert load_settings().policy == "massgov"


def test_an_installed_package_keeps_indexes_in_the_user_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.settings._IN_CHECKOUT", False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert Settings().home == tmp_path / "askpolicy"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert Settings().home == Path.home() / ".cache" / "askpolicy"


def test_the_settings_file_is_named_by_its_full_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert settings_file() is None
    (tmp_path / "askpolicy.toml").write_bytes(b"not toml")
    assert settings_file() == tmp_path / "askpolicy.toml"
    with pytest.raises(AskPolicyError, match=f"The settings file {tmp_path}/askpolicy.toml cannot be read"):
        load_settings()


def test_a_deleted_working_folder_provides_no_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert settings_file() is None
    assert load_settings().policy == "massgov"
