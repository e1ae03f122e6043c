"""The software bill of materials, in CycloneDX 1.6: what is installed next to AskPolicy, and its models.

It lists the environment that it is made in. `make sbom` lists the lock file instead.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from importlib.metadata import Distribution, distributions
from typing import Any
from urllib.parse import quote

from bot import __version__
from bot.reports.document import Document, Entry, Section
from bot.reports.facts import now
from bot.reports.models import ModelFile, model_files

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
# Anything longer is the text of a license rather than its name.
_MAX_LICENSE = 100


def bill_of_materials() -> dict[str, Any]:
    """Return the bill as JSON. It is the same for the same environment; SOURCE_DATE_EPOCH fixes its time."""
    packages = _packages()
    models = [_model(name, file) for name, file in model_files().items()]
    product: dict[str, Any] = {
        "type": "application",
        "bom-ref": _ref("askpolicy", __version__),
        "name": "askpolicy",
        "version": __version__,
        "licenses": [{"license": {"id": "MIT"}}],
        "purl": _ref("askpolicy", __version__),
    }
    components = [_component(name, package) for name, package in packages.items() if name != "askpolicy"]
    refs = {name: _ref(name, package.version) for name, package in packages.items()} | {"askpolicy": product["bom-ref"]}
    dependencies = []
    for name in sorted(refs):
        needed = _needed(packages[name]) if name in packages else set()
        found = sorted(refs[other] for other in needed & refs.keys() - {name})
        if name == "askpolicy":
            found += [model["bom-ref"] for model in models]
        dependencies.append({"ref": refs[name], "dependsOn": found})
    bill = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "timestamp": now().isoformat().replace("+00:00", "Z"),
            "lifecycles": [{"phase": "operations"}],
            "tools": {"components": [{"type": "application", "name": "askpolicy", "version": __version__}]},
            "component": product,
        },
        "components": [*components, *models],
        "dependencies": dependencies,
    }
    # The same bill has the same number.
    bill["serialNumber"] = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, repr(bill))}"
    return bill


def as_document(bill: dict[str, Any], date: str) -> Document:
    """Return the bill as a document for people."""
    entries: dict[str, list[Entry]] = {"library": [], "machine-learning-model": []}
    for component in bill["components"]:
        version = component.get("version", "")
        text = f"{version}, {_license_of(component)}" if version else f"sha256 {component['hashes'][0]['content']}"
        entries[component["type"]].append(Entry(component["name"], text))
    return Document(
        "sbom",
        "Software bill of materials",
        "The packages that are installed next to AskPolicy, with the licenses that they state, and the model files. "
        "`askpolicy report sbom --json` prints it as CycloneDX 1.6.",
        f"AskPolicy {__version__}",
        date,
        (
            Section("Packages", "", tuple(entries["library"])),
            Section("Models", "", tuple(entries["machine-learning-model"])),
        ),
    )


def _packages() -> dict[str, Distribution]:
    """Return the installed packages by normalized name, the first of each on the path: the one that is imported."""
    found: dict[str, Distribution] = {}
    for package in distributions():
        if package.metadata["Name"]:
            found.setdefault(_normalized(package.metadata["Name"]), package)
    return dict(sorted(found.items()))


def _normalized(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _needed(package: Distribution) -> set[str]:
    """Return what a package needs, with all of its extras: what is installed of these is used if it is there."""
    names = (_NAME.match(requirement) for requirement in package.requires or ())
    return {_normalized(name[0]) for name in names if name}


def _component(name: str, package: Distribution) -> dict[str, Any]:
    ref = _ref(name, package.version)
    component: dict[str, Any] = {
        "type": "library",
        "bom-ref": ref,
        "name": name,
        "version": package.version,
        "purl": ref,
    }
    if package.metadata["Summary"]:
        component["description"] = package.metadata["Summary"]
    if licenses := list(_licenses(package)):
        component["licenses"] = licenses
    return component


def _licenses(package: Distribution) -> Iterator[dict[str, Any]]:
    """Yield the license as the package states it: an SPDX expression, otherwise its names."""
    if expression := package.metadata["License-Expression"]:
        yield {"expression": expression}
        return
    classifiers = package.metadata.get_all("Classifier") or []
    names = [value.rpartition(" :: ")[2] for value in classifiers if value.startswith("License ::")]
    named = (package.metadata["License"] or "").strip()
    if not names and named and len(named) <= _MAX_LICENSE and "\n" not in named:
        names = [named]
    yield from ({"license": {"name": name}} for name in dict.fromkeys(names))


def _license_of(component: dict[str, Any]) -> str:
    stated = [one.get("expression") or one["license"]["name"] for one in component.get("licenses", ())]
    return ", ".join(stated) or "no license stated"


def _model(name: str, file: ModelFile) -> dict[str, Any]:
    return {
        "type": "machine-learning-model",
        "bom-ref": f"model:{name}",
        "name": name,
        "hashes": [{"alg": "SHA-256", "content": file.sha256}],
        "properties": [{"name": "askpolicy:bytes", "value": str(file.size)}],
    }


def _ref(name: str, version: str) -> str:
    return f"pkg:pypi/{name}@{quote(version, safe='.')}"
