"""docs/running.md agrees with the code and the configuration."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

from bot.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")
NGINX = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")


def test_the_settings_table_is_current() -> None:
    script = runpy.run_path(str(ROOT / "scripts" / "settings_table.py"))
    assert script["with_table"](PAGE) == PAGE, "run `python scripts/settings_table.py`"
    assert PAGE.count("\n| `serve.") == len(type(Settings().serve).model_fields)


def test_every_setting_mentioned_exists() -> None:
    tops = set(Settings.model_fields)
    for name in re.findall(r"ASKPOLICY_([A-Z_]+)", PAGE):
        top, _, inner = name.lower().rstrip("_").partition("__")
        assert not top or top in tops
        assert not inner or inner in type(getattr(Settings(), top)).model_fields


def test_nginx_and_the_application_agree_on_the_body_limit() -> None:
    """nginx refuses no body that the application accepts, and accepts none that is much larger."""
    serve = Settings().serve
    (kilobytes,) = re.findall(r"client_max_body_size (\d+)k;", NGINX)
    assert int(kilobytes) * 1024 == serve.max_body_bytes
    assert f"127.0.0.1:{serve.port};" in NGINX
    assert f"{kilobytes} kB" in NGINX


def test_the_documented_connection_limits_are_those_of_nginx() -> None:
    (connections,) = re.findall(r"limit_conn \w+ (\d+);", NGINX)
    assert f"only {connections} connections" in PAGE


def test_every_file_mentioned_exists() -> None:
    for path in re.findall(r"(?<![\w/])(?:deploy|scripts)/[\w./-]*\w", PAGE):
        assert (ROOT / path).exists(), path
