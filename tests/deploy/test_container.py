"""deploy/Dockerfile and deploy/compose.yaml, as far as they can be checked without a Docker engine."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
import tomllib
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
import yaml

from bot.settings import load_settings

ROOT = Path(__file__).resolve().parents[2]


def instructions() -> list[tuple[str, str]]:
    """Return (instruction, its words) in order, without comments and with continued lines joined."""
    text = re.sub(r"^#.*\n", "", (ROOT / "deploy" / "Dockerfile").read_text(), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", " ", text).splitlines()
    return [(name, words) for name, _, words in (line.partition(" ") for line in lines if line.strip())]


def last_stage() -> list[tuple[str, str]]:
    every = instructions()
    start = max(number for number, (name, _) in enumerate(every) if name == "FROM")
    return every[start:]


def compose() -> dict[str, Any]:
    parsed: dict[str, Any] = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text())
    return parsed


def test_the_image_runs_as_an_unprivileged_user() -> None:
    (user,) = [words for name, words in last_stage() if name == "USER"]
    assert re.fullmatch(r"\d{5,}:\d{5,}", user), "a number, so that an engine can tell that it is not root"


def test_the_base_image_is_pinned_by_digest() -> None:
    (base,) = [words for name, words in instructions() if name == "ARG"]
    assert re.fullmatch(r"PYTHON=python:3\.1[1-3]-slim@sha256:[0-9a-f]{64}", base)


def test_downloads_are_verified_by_hash() -> None:
    installs = [
        part
        for name, words in instructions()
        if name == "RUN"
        for part in words.split("&&")
        if "pip install" in part or "pip download" in part
    ]
    assert installs
    for install in installs:
        assert "--no-index" in install or "--require-hashes" in install, install
    assert not any(tool in words for _, words in instructions() for tool in ("curl", "wget", "ADD ", "apt-get"))


def test_the_image_copies_only_existing_allowed_files() -> None:
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    sources = [
        source
        for name, words in instructions()
        if name == "COPY" and not words.startswith("--from")
        for source in words.split()[:-1]
    ]
    assert set(sources) == let_in
    for source in sources:
        assert (ROOT / source).exists(), source


def test_the_wheel_can_be_built_from_the_copied_files() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    needed = {
        project["project"]["readme"],
        *project["project"]["license-files"],
        *project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"],
        *project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"],
    }
    copied = {w for name, words in instructions() if name == "COPY" for w in words.split()[:-1]}
    assert needed <= copied


def environment(image: list[tuple[str, str]]) -> dict[str, str]:
    return dict(re.findall(r"(ASKPOLICY_\w+)=(\S+)", " ".join(words for name, words in image if name == "ENV")))


@pytest.mark.parametrize("where", ["image", "compose"])
def test_every_setting_exists(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    variables = environment(last_stage())
    if where == "compose":
        variables = compose()["services"]["askpolicy"]["environment"]
    assert variables
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    load_settings()


def test_only_feedback_is_written_and_only_to_the_volume() -> None:
    (volume,) = [words for name, words in last_stage() if name == "VOLUME"]
    assert PurePosixPath(environment(last_stage())["ASKPOLICY_FEEDBACK__PATH"]).is_relative_to(volume)
    service = compose()["services"]["askpolicy"]
    assert [mount.split(":")[1] for mount in service["volumes"]] == [volume]
    assert service["read_only"] is True
    assert [mount.split(":")[0] for mount in service["tmpfs"]] == ["/tmp"]  # noqa: S108


def test_the_container_has_few_rights_and_limited_resources() -> None:
    service = compose()["services"]["askpolicy"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["mem_limit"] == service["memswap_limit"], "no swap"
    assert service["ulimits"]["core"] == 0
    assert service["pids_limit"]
    assert "privileged" not in service
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])


def test_compose_trusts_its_proxy() -> None:
    parsed = compose()
    gateway = parsed["networks"]["front"]["ipam"]["config"][0]["gateway"]
    trusted = json.loads(parsed["services"]["askpolicy"]["environment"]["ASKPOLICY_SERVE__TRUSTED_PROXIES"])
    assert trusted == [gateway]


def test_compose_builds_the_image_from_the_checkout() -> None:
    build = compose()["services"]["askpolicy"]["build"]
    assert (ROOT / "deploy" / build["context"]).resolve() == ROOT
    assert (ROOT / build["dockerfile"]).is_file()


@pytest.mark.parametrize(("status", "healthy"), [(200, True), (503, False)])
def test_the_health_check_distinguishes_ready_from_not_ready(status: int, healthy: bool) -> None:
    class Readiness(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/readyz" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    (words,) = [words for name, words in last_stage() if name == "HEALTHCHECK"]
    _, code = json.loads(words[words.index("CMD") + 3 :])[1:]
    with HTTPServer(("127.0.0.1", 0), Readiness) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        assert ":8000/" in code
        here = code.replace(":8000/", f":{server.server_port}/").replace("timeout=2", "timeout=20")
        finished = subprocess.run([sys.executable, "-c", here], capture_output=True, check=False)
        server.shutdown()
    assert (finished.returncode == 0) is healthy
