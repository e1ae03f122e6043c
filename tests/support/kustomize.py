"""Renders the overlays of deploy/kubernetes as `kubectl kustomize` does, as far as they use it.

That is: resources, a namespace, images, generated ConfigMaps, and patches that are merged by the names of containers,
volumes and the like. The test compares it with kubectl if there is one. A generated name has no hash here.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

Manifest = dict[str, Any]
# Lists whose items are merged by a key; other lists are replaced.
_MERGED = {"containers": "name", "env": "name", "volumes": "name", "volumeMounts": "mountPath"}
_KNOWN = {"apiVersion", "kind", "namespace", "resources", "images", "configMapGenerator", "patches"}
_CLUSTER_WIDE = {"Namespace"}


def rendered(folder: Path) -> list[Manifest]:
    """Return the manifests of an overlay."""
    kustomization = _load(folder / "kustomization.yaml")[0]
    assert kustomization.keys() <= _KNOWN, "tests/support/kustomize.py does not know this field"
    found: dict[tuple[str, str], Manifest] = {}
    for resource in kustomization.get("resources", []):
        path = folder / resource
        for manifest in rendered(path) if path.is_dir() else _load(path):
            found[_key(manifest)] = manifest
    for generator in kustomization.get("configMapGenerator", []):
        manifest = _config_map(folder, generator)
        assert (_key(manifest) in found) == (generator.get("behavior") == "replace")
        found[_key(manifest)] = manifest
    for patch in kustomization.get("patches", []):
        for change in _load(folder / patch["path"]):
            found[_key(change)] = _merge(found[_key(change)], change)
    for manifest in found.values():
        if "namespace" in kustomization and manifest["kind"] not in _CLUSTER_WIDE:
            manifest["metadata"]["namespace"] = kustomization["namespace"]
        for container in containers(manifest):
            for image in kustomization.get("images", []):
                if container["image"] == image["name"]:
                    container["image"] = f"{image['newName']}@{image['digest']}"
    return list(found.values())


def containers(manifest: Manifest) -> Iterator[Manifest]:
    """Yield the containers of a workload; none for anything else."""
    pod = pod_of(manifest)
    yield from [*pod.get("initContainers", []), *pod.get("containers", [])]


def pod_of(manifest: Manifest) -> Manifest:
    """Return the pod that a workload starts; empty for anything else."""
    spec = manifest.get("spec", {})
    pod: Manifest = spec.get("jobTemplate", {}).get("spec", spec).get("template", {}).get("spec", {})
    return pod


def _load(path: Path) -> list[Manifest]:
    return [document for document in yaml.safe_load_all(path.read_text()) if document]


def _key(manifest: Manifest) -> tuple[str, str]:
    return manifest["kind"], manifest["metadata"]["name"]


def _config_map(folder: Path, generator: Manifest) -> Manifest:
    metadata = {"name": generator["name"], **generator.get("options", {})}
    data = {name: (folder / name).read_text() for name in generator["files"]}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}


def _merge(old: Any, new: Any, key: str = "") -> Any:
    """Return a strategic merge of two values; None removes."""
    if isinstance(old, dict) and isinstance(new, dict):
        merged = copy.deepcopy(old)
        for name, value in new.items():
            if value is None:
                merged.pop(name, None)
            else:
                merged[name] = _merge(merged.get(name), value, name)
        return merged
    if isinstance(old, list) and isinstance(new, list) and key in _MERGED:
        by = _MERGED[key]
        changes = {item[by]: item for item in new}
        kept = [_merge(item, changes.pop(item[by], item)) for item in old]
        return kept + list(changes.values())
    return copy.deepcopy(new)
