"""deploy/monitoring: the rules fire when they should, and every metric in them and in the dashboard exists."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.service.metrics import Metrics, State

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "deploy" / "monitoring"
PAGE = ROOT / "docs" / "operating.md"
# What the dashboard's place for an interval may be in a query.
VARIABLES = {"$__rate_interval": "5m", "$policy": ".*"}


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load((FOLDER / "rules.yml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((FOLDER / "dashboard.json").read_text())["panels"]
    return found


def queries() -> dict[str, str]:
    """Return every query of the dashboard, with its variables filled in, by the panel's title."""
    found = {}
    for panel in panels():
        for target in panel.get("targets", []):
            query = target["expr"]
            for variable, value in VARIABLES.items():
                query = query.replace(variable, value)
            found[f"{panel['title']} {target['refId']}"] = query
    return found


def promtool(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    if not shutil.which("promtool"):
        pytest.skip("the test needs promtool: apt-get install prometheus")
    return subprocess.run(["promtool", *arguments], cwd=FOLDER, capture_output=True, text=True, check=False)


def exposed() -> dict[str, set[str]]:
    """Return the labels of each series that the service exposes, by name."""
    metrics = Metrics()
    text = metrics.exposition(State(versions={}, database_followed=True)).decode()
    found: dict[str, set[str]] = {}
    for name, kind in re.findall(r"^# TYPE (\w+) (\w+)$", text, re.MULTILINE):
        labels = labels_of(metrics, name)
        names = {"histogram": [f"{name}_bucket", f"{name}_sum", f"{name}_count"]}.get(kind, [name])
        for each in names:
            found[each] = labels | ({"le"} if each.endswith("_bucket") else set())
    # These two have labels, but no series before there is a policy in memory.
    found |= {"askpolicy_policy_version_info": {"policy", "version"}, "askpolicy_info": {"version"}}
    return found


def labels_of(metrics: Metrics, name: str) -> set[str]:
    for value in vars(metrics).values():
        if getattr(value, "_name", None) in (name, name.removesuffix("_total")):
            return set(value._labelnames)
    return set()


def used(query: str) -> set[str]:
    return set(re.findall(r"\baskpolicy_\w+", re.sub(r"\bjob=\"\w+\"", "", query)))


def recorded() -> set[str]:
    return {rule["record"] for rule in rules() if "record" in rule}


def test_prometheus_accepts_the_rules_and_the_configuration() -> None:
    for check in (("check", "rules", "rules.yml"), ("check", "config", "prometheus.yml")):
        done = promtool(*check)
        assert done.returncode == 0, done.stdout + done.stderr


def test_each_alert_fires_when_it_should_and_only_then() -> None:
    done = promtool("test", "rules", "rules_test.yml")
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_has_a_case_in_which_it_fires_and_one_in_which_it_does_not() -> None:
    cases = [
        case
        for test in yaml.safe_load((FOLDER / "rules_test.yml").read_text())["tests"]
        for case in test["alert_rule_test"]
    ]
    alerts = {rule["alert"] for rule in rules() if "alert" in rule}
    assert {case["alertname"] for case in cases if case.get("exp_alerts")} == alerts
    assert {case["alertname"] for case in cases if not case.get("exp_alerts")} == alerts


def test_the_check_of_cases_finds_a_rule_that_is_wrong(tmp_path: Path) -> None:
    wrong = (FOLDER / "rules.yml").read_text().replace("askpolicy_ready == 0", "askpolicy_ready == 1")
    (tmp_path / "rules.yml").write_text(wrong)
    shutil.copy(FOLDER / "rules_test.yml", tmp_path)
    done = promtool("test", "rules", tmp_path / "rules_test.yml")
    assert done.returncode != 0
    assert "AskPolicyNotReady" in done.stdout + done.stderr


def test_every_metric_in_a_rule_or_a_panel_exists_with_its_labels() -> None:
    known = exposed()
    queried = {**queries(), **{rule.get("alert", rule.get("record")): rule["expr"] for rule in rules()}}
    assert len(queried) > 30
    for name, query in queried.items():
        assert used(query) - known.keys() == set(), name
        assert set(re.findall(r"askpolicy:[\w:]+", query)) <= recorded(), name
        # What Prometheus adds, and what a rule keeps of it.
        for metric in used(query):
            selected = re.findall(rf"{metric}{{([^}}]*)}}", query)
            labels = {label for matchers in selected for label in re.findall(r"(\w+)(?:=~|!~|!=|=)", matchers)}
            assert labels <= known[metric], (name, metric)


def test_every_metric_is_used_in_a_rule_or_a_panel() -> None:
    together = " ".join([*queries().values(), *(rule["expr"] for rule in rules())])
    exposed_ones = {
        name.removesuffix("_bucket") for name in exposed() if not name.endswith(("_sum", "_count", "_created"))
    }
    assert exposed_ones - {name.removesuffix("_bucket") for name in used(together)} == set()


def test_prometheus_accepts_every_query_of_the_dashboard(tmp_path: Path) -> None:
    file = tmp_path / "queries.yml"
    records = [{"record": f"query:{number}", "expr": query} for number, query in enumerate(queries().values())]
    file.write_text(json.dumps({"groups": [{"name": "dashboard", "rules": records}]}))
    done = promtool("check", "rules", file)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_panels_of_the_dashboard_have_their_own_places() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in panels():
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        assert place["x"] + place["w"] <= 24
        taken |= cells
    assert len({panel["id"] for panel in panels()}) == len(panels())


def test_every_alert_says_where_to_read_what_to_do() -> None:
    headings = {heading.lower() for heading in re.findall(r"^#+ (.+)$", PAGE.read_text(), re.MULTILINE)}
    for rule in rules():
        if "alert" in rule:
            assert rule["annotations"]["runbook"] == f"docs/operating.md#{rule['alert'].lower()}"
            assert rule["alert"].lower() in headings
            assert rule["labels"]["severity"] in {"page", "ticket", "info"}


def test_the_jobs_have_the_name_that_the_rules_use() -> None:
    jobs = re.findall(r"job_name: (\S+)", (FOLDER / "prometheus.yml").read_text())
    assert jobs == ["askpolicy", "askpolicy"], "on machines, and in Kubernetes"
    assert 'up{job="askpolicy"}' in str([rule["expr"] for rule in rules()])
