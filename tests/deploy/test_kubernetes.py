"""deploy/kubernetes, as far as it can be checked without a cluster: schemas, safety, and that it fits the service."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from bot.commands.main import make_parser
from bot.pipeline import Bot
from bot.service import routes
from bot.service.member import STOP_EXTRA_SECONDS
from bot.settings import Settings, load_settings
from tests.support.kustomize import Manifest, containers, pod_of, rendered
from tests.support.running import serving, wait_for

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "deploy" / "kubernetes"
OVERLAYS = sorted(path.name for path in (FOLDER / "overlays").iterdir())
SECRETS = list(yaml.safe_load_all((FOLDER / "overlays" / "state" / "secret.example.yaml").read_text()))
SECRET = SECRETS[0]
# The newest version of Kubernetes that there are schemas of, and the oldest that has all fields of the manifests.
VERSIONS = ("1.37", "1.31")
PORT = 8000

every_overlay = pytest.mark.parametrize("overlay", OVERLAYS)
serving_overlays = pytest.mark.parametrize("overlay", ["one-machine", "state"])


def manifests(overlay: str) -> list[Manifest]:
    return rendered(FOLDER / "overlays" / overlay)


def of_kind(overlay: str, kind: str) -> list[Manifest]:
    return [manifest for manifest in manifests(overlay) if manifest["kind"] == kind]


def deployment(overlay: str) -> Manifest:
    (found,) = of_kind(overlay, "Deployment")
    return found


def service_container(overlay: str) -> Manifest:
    (found,) = containers(deployment(overlay))
    return found


def settings_of(overlay: str) -> dict[str, Any]:
    (config,) = of_kind(overlay, "ConfigMap")
    return tomllib.loads(config["data"]["askpolicy.toml"])


def bytes_of(quantity: str) -> int:
    number, unit = re.fullmatch(r"(\d+)(Mi|Gi)", quantity).groups()  # type: ignore[union-attr]
    return int(number) * {"Mi": 2**20, "Gi": 2**30}[unit]


@every_overlay
def test_kubectl_renders_the_same(overlay: str) -> None:
    """The other tests render the overlays themselves, because kubectl is no Debian package."""
    assert manifests(overlay)
    if kubectl := shutil.which("kubectl"):
        command = [kubectl, "kustomize", str(FOLDER / "overlays" / overlay)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        theirs = yaml.safe_load_all(re.sub(r"(askpolicy-settings)-[a-z0-9]{10}\b", r"\1", done.stdout))

        def in_order(found: Iterator[Manifest] | list[Manifest]) -> list[Manifest]:
            return sorted(found, key=lambda each: (each["kind"], each["metadata"]["name"]))

        def volumes_in_order(found: list[Manifest]) -> list[Manifest]:
            for manifest in found:
                if volumes := pod_of(manifest).get("volumes"):
                    volumes.sort(key=lambda volume: volume["name"])
            return found

        assert volumes_in_order(in_order(theirs)) == volumes_in_order(in_order(manifests(overlay)))


@every_overlay
@pytest.mark.parametrize("version", VERSIONS)
def test_every_manifest_matches_its_schema(overlay: str, version: str) -> None:
    for manifest in [*manifests(overlay), *SECRETS]:
        kubernetes_validate.validate(manifest, version, strict=True)


def test_the_check_of_schemas_finds_a_wrong_field() -> None:
    wrong = deployment("state")
    wrong["spec"]["template"]["spec"]["containers"][0]["readinesProbe"] = {}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, VERSIONS[0], strict=True)


@every_overlay
def test_no_pod_is_root_or_has_rights(overlay: str) -> None:
    pods = [pod_of(manifest) for manifest in manifests(overlay) if pod_of(manifest)]
    assert pods
    for pod in pods:
        security = pod["securityContext"]
        assert security["runAsNonRoot"] is True
        assert security["runAsUser"] == security["runAsGroup"] == 10001, "the image's user"
        assert security["seccompProfile"] == {"type": "RuntimeDefault"}
        assert pod["automountServiceAccountToken"] is False
        assert pod["serviceAccountName"] == "askpolicy"
        assert not {"hostNetwork", "hostPID", "hostIPC"} & pod.keys()
        assert all("hostPath" not in volume for volume in pod["volumes"])
        for container in pod["containers"]:
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "privileged": False,
                "capabilities": {"drop": ["ALL"]},
            }


@every_overlay
def test_every_container_has_limits_and_a_pinned_image(overlay: str) -> None:
    for manifest in manifests(overlay):
        for container in containers(manifest):
            for part in ("requests", "limits"):
                assert set(container["resources"][part]) == {"cpu", "memory"}
            assert re.fullmatch(r"registry\.example\.org/askpolicy@sha256:[0-9a-f]{64}", container["image"])


@serving_overlays
def test_memory_is_limited_in_memory_and_fits_what_was_measured(overlay: str) -> None:
    """A worker takes 200 MB and its policies, the parent 60, and the folder in memory counts, too."""
    serve = settings_of(overlay)["serve"]
    needed = serve["workers"] * (200 + serve["memory_megabytes"]) * 10**6 + 60 * 10**6 + 25 * 10**6
    assert bytes_of(service_container(overlay)["resources"]["limits"]["memory"]) > needed
    (tmp,) = [volume for volume in pod_of(deployment(overlay))["volumes"] if volume["name"] == "tmp"]
    assert tmp["emptyDir"]["medium"] == "Memory"


@every_overlay
def test_the_environment_of_a_pod_is_made_of_settings(overlay: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without enableServiceLinks false, Kubernetes adds ASKPOLICY_PORT, which the service refuses as no setting."""
    for manifest in manifests(overlay):
        if pod := pod_of(manifest):
            assert pod["enableServiceLinks"] is False
            secrets = [each["secretRef"]["name"] for each in pod["containers"][0].get("envFrom", [])]
            assert set(secrets) <= {secret["metadata"]["name"] for secret in SECRETS}
            for each in pod["containers"][0].get("env", []):
                monkeypatch.setenv(each["name"], each["value"])
    for secret in SECRETS:
        for name, value in secret["stringData"].items():
            monkeypatch.setenv(name, value)
        load_settings()


@serving_overlays
def test_the_settings_can_be_read(overlay: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (config,) = of_kind(overlay, "ConfigMap")
    for name, text in config["data"].items():
        # What is commented out is an example that has to be right, too.
        (tmp_path / name).write_text(re.sub(r"^# (?=\[|\w+ = )", "", text, flags=re.MULTILINE))
    monkeypatch.chdir(tmp_path)
    loaded = load_settings()
    assert loaded.serve.workers == settings_of(overlay)["serve"]["workers"]
    container = service_container(overlay)
    mounts = {mount["name"]: mount["mountPath"] for mount in container["volumeMounts"]}
    assert container["workingDir"] == mounts["settings"]


@serving_overlays
def test_probes_and_ports_are_those_of_the_service(overlay: str) -> None:
    container = service_container(overlay)
    assert container["ports"] == [{"name": "http", "containerPort": PORT}]
    paths = {route.path for route in routes.router.routes}  # type: ignore[attr-defined]
    probes = {name: container[f"{name}Probe"]["httpGet"] for name in ("startup", "readiness", "liveness")}
    assert {probe["path"] for probe in probes.values()} <= paths
    assert probes["liveness"]["path"] == "/healthz", "a service that is not ready must not be killed"
    assert probes["startup"]["path"] == probes["readiness"]["path"] == "/readyz"
    assert all(probe["port"] == "http" for probe in probes.values())
    assert f"EXPOSE {PORT}" in (ROOT / "deploy" / "Dockerfile").read_text()
    assert Settings.model_fields["serve"].default.port == PORT
    annotations = deployment(overlay)["spec"]["template"]["metadata"]["annotations"]
    assert annotations["prometheus.io/port"] == str(PORT)
    assert annotations["prometheus.io/path"] in paths


@serving_overlays
def test_there_is_time_to_finish_answers(overlay: str) -> None:
    pod = pod_of(deployment(overlay))
    serve = load_settings(serve=settings_of(overlay)["serve"]).serve
    assert serve.drain_seconds > 0, "proxies do not know at once that a pod stops"
    needed = serve.drain_seconds + serve.stop_seconds + STOP_EXTRA_SECONDS
    assert pod["terminationGracePeriodSeconds"] >= needed + 5


@serving_overlays
def test_what_selects_pods_finds_them(overlay: str) -> None:
    template = deployment(overlay)["spec"]["template"]
    labels = template["metadata"]["labels"].items()
    selectors = [deployment(overlay)["spec"]["selector"]["matchLabels"]]
    selectors += [
        manifest["spec"]["selector"]
        for manifest in of_kind(overlay, "Service")
        if manifest["metadata"]["name"] != "askpolicy-nobody"
    ]
    selectors += [manifest["spec"]["selector"]["matchLabels"] for manifest in of_kind(overlay, "PodDisruptionBudget")]
    spread = template["spec"].get("topologySpreadConstraints", [])
    selectors += [constraint["labelSelector"]["matchLabels"] for constraint in spread]
    assert all(selector.items() <= labels for selector in selectors)
    for target in of_kind(overlay, "HorizontalPodAutoscaler"):
        assert target["spec"]["scaleTargetRef"]["name"] == deployment(overlay)["metadata"]["name"]


@serving_overlays
def test_the_network_is_closed_except_for_what_is_needed(overlay: str) -> None:
    policies = {policy["metadata"]["name"]: policy["spec"] for policy in of_kind(overlay, "NetworkPolicy")}
    assert policies.pop("askpolicy-nothing") == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    rules = [rule for policy in policies.values() for rule in (*policy.get("ingress", []), *policy.get("egress", []))]
    assert all(peer for rule in rules for peer in (*rule.get("from", []), *rule.get("to", []))), (
        "an empty peer is anybody"
    )
    assert all(rule.get("ports") and (rule.get("from") or rule.get("to")) for rule in rules)
    come = {
        peer["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"]
        for r in rules
        for peer in r.get("from", [])
    }
    assert come == {"ingress-nginx", "monitoring"}
    assert all("podSelector" in peer for r in rules for peer in r.get("from", []) if "monitoring" in str(peer))
    go = {port["port"] for rule in rules if "to" in rule for port in rule["ports"]}
    assert go == ({53, 5432, 6379, 4318} if overlay == "state" else set()), "a single service calls nobody"
    for policy in policies.values():
        assert policy["podSelector"]["matchLabels"]["app.kubernetes.io/name"] == "askpolicy"


def test_metrics_lead_nowhere_from_outside() -> None:
    (ingress,) = of_kind("state", "Ingress")
    paths = {each["path"]: each for rule in ingress["spec"]["rules"] for each in rule["http"]["paths"]}
    name = paths["/metrics"]["backend"]["service"]["name"]
    assert paths["/metrics"]["pathType"] == "Exact"
    (nobody,) = [each for each in of_kind("state", "Service") if each["metadata"]["name"] == name]
    labels = deployment("state")["spec"]["template"]["metadata"]["labels"]
    assert not nobody["spec"]["selector"].items() <= labels.items()


def test_many_pods_share_what_they_have_to_and_survive_maintenance() -> None:
    assert "replicas" not in deployment("state")["spec"], "the autoscaler sets it"
    (scaler,) = of_kind("state", "HorizontalPodAutoscaler")
    assert scaler["spec"]["minReplicas"] >= 3
    (budget,) = of_kind("state", "PodDisruptionBudget")
    assert budget["spec"]["maxUnavailable"] == 1
    assert {"ASKPOLICY_DATABASE__URL", "ASKPOLICY_SERVE__RATE_STORE", "ASKPOLICY_SERVE__ADDRESS_SECRET"} == set(
        SECRET["stringData"]
    )
    assert of_kind("state", "Secret") == [], "an example is not applied"


def test_one_machine_never_has_two_pods_with_one_database() -> None:
    spec = deployment("one-machine")["spec"]
    assert (spec["replicas"], spec["strategy"]) == (1, {"type": "Recreate"})
    (claim,) = of_kind("one-machine", "PersistentVolumeClaim")
    (state,) = [volume for volume in pod_of(deployment("one-machine"))["volumes"] if volume["name"] == "state"]
    assert state == {"name": "state", "persistentVolumeClaim": {"claimName": claim["metadata"]["name"]}}


def test_the_job_runs_a_command_that_exists() -> None:
    (job,) = of_kind("migrate", "Job")
    (container,) = containers(job)
    assert container["command"][0] == "askpolicy"
    make_parser().parse_args(container["command"][1:])


# Makes the whole file system read-only, except the folders that the pod mounts, and becomes the pod's user.
_CONFINE = """
for folder in "$WRITABLE_TMP" "$WRITABLE_STATE"; do mount --bind "$folder" "$folder"; done
mount -o remount,bind,ro / && ! touch "$SETTINGS/x" 2>/dev/null || exit 9
export TMPDIR="$WRITABLE_TMP" HOME=/nonexistent
exec unshare --user --map-user=10001 --map-group=10001 -- "$@"
"""


def test_the_service_needs_no_more_than_the_folders_that_the_pod_mounts(bot: Bot, tmp_path: Path) -> None:
    """With a read-only root, another user, and without a home, it answers, keeps feedback, reloads, and stops."""
    mounts = {mount["name"]: mount for mount in service_container("state")["volumeMounts"]}
    assert {name for name, mount in mounts.items() if not mount.get("readOnly")} == {"tmp", "state"}
    namespace = ("unshare", "--user", "--map-root-user", "--mount")
    tmp, state, settings = (tmp_path / name for name in ("tmp", "state", "settings"))
    for folder in (tmp, state, settings):
        folder.mkdir()
    if subprocess.run([*namespace, "mount", "--bind", tmp, tmp], check=False).returncode:
        pytest.skip("the test needs permission to mount a folder")
    shutil.copy(FOLDER / "base" / "askpolicy.toml", settings)
    with pytest.MonkeyPatch.context() as patch:
        for name, folder in {"WRITABLE_TMP": tmp, "WRITABLE_STATE": state, "SETTINGS": settings}.items():
            patch.setenv(name, str(folder))
        confined = (*namespace, "sh", "-c", _CONFINE, "sh")
        written = str(state / "feedback.sqlite")
        with serving(tmp_path / "log", wrapper=confined, cwd=settings, FEEDBACK__PATH=written) as service:
            status = Path(f"/proc/{service.process.pid}/status").read_text()
            assert re.search(r"CapEff:\s0+\n", status)
            with service.client() as client:
                answer = client.post("/v1/answers", json={"question": "do you sell my data?"}).json()
                assert answer["outcome"] == "answered"
                verdict = {"answer_id": answer["id"], "policy": "massgov", "outcome": "answered", "helpful": True}
                assert client.post("/v1/feedback", json=verdict).status_code == 201
                assert "askpolicy_questions_total" in client.get("/metrics").text
                os.kill(service.process.pid, signal.SIGHUP)
                wait_for(lambda: service.logged("Reloaded"))
                assert client.get("/readyz").json() == {"status": "ready"}
            assert service.stop() == 0
        assert not service.logged("cannot be")
        assert not service.logged("no copy of")
    assert (state / "feedback.sqlite").stat().st_size > 0
