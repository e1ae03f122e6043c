"""The files that GitHub reads. `make lint` checks them against GitHub's schemas; these tests check the rest."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import bot

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def steps(workflow: Any) -> Iterator[dict[str, Any]]:
    for job in workflow["jobs"].values():
        yield from job.get("steps", ())


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned_by_commit_with_the_version_in_a_comment(path: Path) -> None:
    used = re.findall(r"uses: (.+)", path.read_text(encoding="utf-8"))
    assert used
    for action in used:
        assert action.startswith("./") or re.fullmatch(r"[\w.-]+/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action), action


def test_an_action_has_the_same_pin_everywhere() -> None:
    pins = {line for path in WORKFLOWS for line in re.findall(r"uses: ([^.].+)", path.read_text(encoding="utf-8"))}
    assert len(pins) == len({pin.split("@")[0] for pin in pins})


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_jobs_may_only_read_unless_they_publish(path: Path) -> None:
    workflow = read(path)
    assert workflow["permissions"] == {"contents": "read"}
    more = {name: job["permissions"] for name, job in workflow["jobs"].items() if "permissions" in job}
    assert more == ({"publish": {"id-token": "write"}} if path.name == "release.yml" else {})
    for step in steps(workflow):
        if "actions/checkout" in step.get("uses", ""):
            assert step["with"]["persist-credentials"] is False


def test_every_supported_python_is_tested() -> None:
    classifiers = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["classifiers"]
    supported = [line.rsplit(" ", 1)[1] for line in classifiers if " Python :: 3." in line]
    assert read(ROOT / ".github" / "workflows" / "ci.yml")["jobs"]["test"]["strategy"]["matrix"]["python"] == supported


def test_ci_runs_the_same_script_as_developers() -> None:
    jobs = read(ROOT / ".github" / "workflows" / "ci.yml")["jobs"]
    run = {name: [step["run"] for step in job["steps"] if "run" in step] for name, job in jobs.items()}
    assert {command for name, commands in run.items() if name != "widget" for command in commands} == {
        ".ci/run lint",
        ".ci/run test",
        ".ci/run gate",
        ".ci/run docs",
        ".ci/run ray",
    }
    assert all(command.startswith("npm ") for command in run["widget"])


def test_ci_refuses_an_unknown_part() -> None:
    done = subprocess.run([ROOT / ".ci" / "run", "tset"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == ".ci/run: unknown part 'tset': use test, lint, gate, docs or ray.\n"


def test_nothing_is_published_until_ci_passes() -> None:
    jobs = read(ROOT / ".github" / "workflows" / "release.yml")["jobs"]
    assert jobs["ci"]["uses"] == "./.github/workflows/ci.yml"
    assert jobs["build"]["needs"] == "ci"
    assert jobs["publish"]["needs"] == "build"
    assert "${{ secrets" not in (ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8")


def test_pre_commit_and_lint_use_the_same_ruff() -> None:
    repositories = {repo["repo"].rsplit("/", 1)[1]: repo for repo in read(ROOT / ".pre-commit-config.yaml")["repos"]}
    pinned = re.search(r"^ruff==(.+)$", (ROOT / "constraints.txt").read_text(), re.MULTILINE)
    assert pinned
    assert repositories["ruff-pre-commit"]["rev"] == f"v{pinned[1]}"
    assert "check-added-large-files" in {hook["id"] for hook in repositories["pre-commit-hooks"]["hooks"]}


class TestRelease:
    """scripts/release.sh up to the build, in a copy of the files that it reads."""

    @pytest.fixture
    def checkout(self, tmp_path: Path) -> Path:
        for name in ("bot/__init__.py", "scripts/release.sh", "SECURITY.md"):
            (tmp_path / name).parent.mkdir(exist_ok=True)
            shutil.copy(ROOT / name, tmp_path / name)
        (tmp_path / "CODE_OF_CONDUCT.md").write_text("Contact: conduct@example.org\n")
        (tmp_path / "CHANGELOG.md").write_text(f"# Changelog\n\n## {bot.__version__} - 2026-01-31\n")
        return tmp_path

    def release(self, checkout: Path, tag: str = f"v{bot.__version__}") -> str:
        """Return the message of the refusal."""
        environment = {"PATH": "/usr/bin:/bin", "PYTHON": "/bin/false"}  # stops the script before it installs anything
        done = subprocess.run(
            ["sh", "scripts/release.sh", tag],
            cwd=checkout,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1
        return done.stderr

    def test_a_complete_release_is_accepted(self, checkout: Path) -> None:
        assert self.release(checkout) == ""

    def test_a_tag_that_is_not_the_version_is_refused(self, checkout: Path) -> None:
        assert "the tag is v9.9.9, but bot/__init__.py says" in self.release(checkout, "v9.9.9")

    @pytest.mark.parametrize("heading", ["Unreleased", bot.__version__, "9.9.9 - 2026-01-31"])
    def test_a_changelog_without_the_version_and_date_is_refused(self, checkout: Path, heading: str) -> None:
        (checkout / "CHANGELOG.md").write_text(f"## {heading}\n")
        assert "CHANGELOG.md has no section" in self.release(checkout)

    def test_a_missing_contact_is_refused(self, checkout: Path) -> None:
        shutil.copy(ROOT / "CODE_OF_CONDUCT.md", checkout)
        if "not named yet" not in (ROOT / "CODE_OF_CONDUCT.md").read_text():
            pytest.skip("the contact is named")
        assert "CODE_OF_CONDUCT.md: a contact is not named yet" in self.release(checkout)
