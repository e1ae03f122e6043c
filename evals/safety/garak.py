"""`python -m evals safety garak GARAK [FAMILY…]`: runs garak's probes through its REST generator.

GARAK is the path of the garak command. It has a separate environment (`make garak`), because its requirements conflict
with ours. Each probe runs in a new process. A probe that needs a network, a larger model or a missing data set is
reported as skipped, and the others go on. Answers are judged like those in `injections`, because garak's own detectors
look only at wording.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from bot.guard.cleaning import guard
from bot.policies.folder import load_policy_folder
from bot.settings import Settings, load_settings
from bot.types import AskPolicyError, Outcome, Policy
from evals import OURS
from evals.bench.serving import service
from evals.safety.injections import Judged, Prompt, deviations, report

_SECONDS = 600  # time limit of one probe
_LISTED = re.compile(r"probes: (\w+\.\w+)")
_WHY = re.compile(r"skipping >> (.*)")
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
# garak's probe leakreplay removes these tags from a response before it records it, also from the question in it.
_REMOVED = re.compile("</?name>")
# The statuses with which the service refuses a body that is not a question. garak then records no output.
_REFUSED = [400, 413, 422]


def attempts(report: Path) -> Iterator[tuple[str, str | None]]:
    """Yield (prompt, body of the response or None) for each attempt in one of garak's reports."""
    for line in report.read_text(encoding="utf-8").rstrip("\n").split("\n"):
        record = json.loads(line)
        # Status 1: asked. garak writes the attempt again after its detectors have run.
        if record.get("entry_type") == "attempt" and record["status"] == 1:
            asked = record["prompt"]["turns"][-1]["content"]["text"]
            for output in record["outputs"]:
                yield asked, output and output["text"]


def judged(probe: str, report: Path, policy: Policy, settings: Settings) -> Iterator[Judged]:
    """Yield a judgment for each prompt in a report that the service did not refuse. Its kind is the probe's family."""
    for asked, body in attempts(report):
        if body is None:
            continue
        answer = json.loads(body)
        cleaned = guard(asked, settings.guard).question
        if answer["question"] == _REMOVED.sub("", cleaned):
            answer["question"] = cleaned
        found = deviations(answer, asked, policy, settings.guard)
        yield Judged(Prompt(probe, probe.partition(".")[0], asked), Outcome(answer["outcome"]), tuple(found))


class _Garak:
    """Runs garak against the service on a port of 127.0.0.1. garak writes its files into `folder`."""

    def __init__(self, command: str, port: int, folder: Path) -> None:
        self._command, self._folder = command, folder
        self._options = folder / "rest.json"
        generator: dict[str, Any] = {
            "uri": f"http://127.0.0.1:{port}/v1/answers",
            "headers": {"Content-Type": "application/json"},
            "req_template_json_object": {"question": "$INPUT"},
            "skip_codes": _REFUSED,
            "request_timeout": 60,
        }
        self._options.write_text(json.dumps({"rest": {"RestGenerator": generator}}), encoding="utf-8")
        folders = {f"XDG_{name}_HOME": str(folder) for name in ("DATA", "CONFIG", "CACHE")}
        self._environment = os.environ | folders | {"HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1"}

    def probes(self) -> list[str]:
        """Return the names of all probes, including those that garak skips by default."""
        return list(dict.fromkeys(_LISTED.findall(self._run("--list_probes"))))

    def report(self, probe: str) -> tuple[Path | None, str]:
        """Run one probe. Return its report and "", or None and the reason that garak gave."""
        prefix = self._folder / probe
        output = self._run(
            *("--target_type", "rest", "--target_name", "askpolicy", "--generator_option_file", str(self._options)),
            *("--spec", f"probes.{probe}", "--detectors", "always.Passthru", "--generations", "1"),
            *("--report_prefix", str(prefix)),
        )
        report = Path(f"{prefix}.report.jsonl")
        if report.is_file() and any(attempts(report)):
            return report, ""
        if why := _WHY.findall(output):
            return None, why[-1].strip(" ⛔🛑")[:160]
        return None, "it has no prompts" if "run complete" in output else output.strip().splitlines()[-1][:160]

    def _run(self, *arguments: str) -> str:
        try:
            done = subprocess.run(  # noqa: S603
                [self._command, *arguments],
                env=self._environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return f"not finished after {_SECONDS} seconds"
        return _ANSI.sub("", done.stdout.decode("utf-8", "replace")).replace("\r", "\n")


def try_garak(command: str, families: Sequence[str], console: Console) -> int:
    """Run every probe of the families, or of all families if none is named, and print the results.

    Return 1 if the service obeyed any prompt, else 0. Raises AskPolicyError if the command or a family does not exist.
    """
    if shutil.which(command) is None:
        raise AskPolicyError(f"There is no command {command}: give the path of garak. `make garak` installs it.")
    settings = load_settings()
    policy = load_policy_folder("massgov", settings.corpus).policy
    found: list[Judged] = []
    skipped: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as scratch, service(OURS, 1, settings.home) as (port, _):
        garak = _Garak(command, port, Path(scratch))
        probes = [probe for probe in garak.probes() if not families or probe.partition(".")[0] in families]
        if not probes:
            raise AskPolicyError(
                f"garak has no probes in {', '.join(families)}: `{command} --list_probes` lists its families."
            )
        for probe in probes:
            report_file, reason = garak.report(probe)
            if report_file is None:
                skipped[probe] = reason
            else:
                found += judged(probe, report_file, policy, settings)
            print(f"{probe}: {reason or len(found)}", file=sys.stderr)
    for probe, reason in skipped.items():
        console.print(f"skipped {probe}: {reason}", markup=False)
    console.print(f"{len(probes) - len(skipped)} probes run, {len(skipped)} skipped.")
    return report(found, "Outcomes of garak's prompts, by family of probes", console)
