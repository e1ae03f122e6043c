"""Documents for procurement: each statement is derived, proven, or the owner's, and each proof exists."""

from __future__ import annotations

import ast
import dataclasses
import hashlib
import json
import re
import shlex
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bot.commands.main import main, make_parser
from bot.reports import models, sbom
from bot.reports.content import KINDS, EntryContent, fill_in, read_content
from bot.reports.document import BLANK, Document
from bot.reports.facts import Facts, gather
from bot.reports.models import model_cards
from bot.reports.pages import to_html, to_markdown
from bot.settings import Settings, load_settings
from bot.types import AskPolicyError
from evals.__main__ import _parser as evals_parser
from tests.support.browser import Visit, axe_violations

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parents[2]
ATTACK = "<script>document.title='run'</script>|**x** {{ facts.settings }}"


@pytest.fixture(scope="module")
def facts(settings: Settings) -> Facts:
    return gather("massgov", settings)


def entries(kind: str) -> list[EntryContent]:
    return [entry for section in read_content(kind).sections for entry in section.entries]


def test_a_document_names_the_site_of_a_policy_whose_title_does_not(facts: Facts) -> None:
    assert fill_in("privacy", facts).title == "Privacy impact assessment: the chat about “Mass.gov Privacy Policy”"
    policy = dataclasses.replace(facts.policy, title="Privacy Policy", site="Maple Bakery")
    for kind in KINDS:
        document = fill_in(kind, dataclasses.replace(facts, policy=policy))
        assert document.title.endswith("the chat about “Privacy Policy” of Maple Bakery")


def test_commands_are_code_and_other_backticks_are_text(facts: Facts) -> None:
    policy = dataclasses.replace(facts.policy, title="`<b>x</b>`", site="`askpolicy <i>`")
    document = fill_in("transparency", dataclasses.replace(facts, policy=policy))
    page, text = to_html(document), to_markdown(document)
    assert "see <code>askpolicy report model-cards</code>" in page
    assert "see `askpolicy report model-cards`" in text
    assert "<b>" not in page
    assert "<i>" not in page
    assert "“\\`\\<b\\>x\\</b\\>\\`” of \\`askpolicy \\<i\\>\\`" in text


def documents(facts: Facts) -> list[Document]:
    return [*(fill_in(kind, facts) for kind in KINDS), model_cards(facts)]


def text_of(document: Document, name: str) -> str:
    (text,) = (e.text for section in document.sections for e in section.entries if e.name == name)
    return text


@cache
def names_in(file: str) -> frozenset[str]:
    """Return the tests of a file, as `function` or `Class::function`."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    names = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.ClassDef):
            names |= {f"{node.name}::{inner.name}" for inner in node.body if isinstance(inner, ast.FunctionDef)}
    return frozenset(names)


def is_there(proof: str) -> bool:
    """Return whether a test, a command or a file exists."""
    if "::" in proof:
        file, _, name = proof.partition("::")
        return (ROOT / file).is_file() and name in names_in(file)
    words = shlex.split(proof)
    try:
        if words[0] == "askpolicy":
            return bool(make_parser().parse_args(words[1:]).run)
        if words[:3] == ["python", "-m", "evals"]:
            return bool(evals_parser().parse_args(words[3:]).run)
    except SystemExit:
        return False
    if words[0] == "make":
        return re.search(rf"^{words[1]}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M) is not None
    return (ROOT / proof).is_file()


class TestProofs:
    @pytest.mark.parametrize("kind", KINDS)
    def test_every_proof_exists(self, kind: str) -> None:
        content = read_content(kind)
        named = {content.proof(proof) for entry in entries(kind) for proof in entry.proof}
        assert sorted(proof for proof in named if not is_there(proof)) == []
        unused = content.proofs.keys() - {proof for entry in entries(kind) for proof in entry.proof}
        assert sorted(unused) == []

    def test_every_proof_of_the_model_cards_exists(self, facts: Facts) -> None:
        named = {proof for section in model_cards(facts).sections for e in section.entries for proof in e.proof}
        assert named
        assert sorted(proof for proof in named if not is_there(proof)) == []

    @pytest.mark.parametrize(
        "proof",
        [
            "tests/test_pipeline.py::test_nothing_of_the_kind",
            "tests/test_nothing.py::test_a",
            "askpolicy juggle",
            "askpolicy report poems",
            "python -m evals run --set nothing",
            "make nothing",
            "docs/nothing.md",
        ],
    )
    def test_what_does_not_exist_is_no_proof(self, proof: str) -> None:
        assert not is_there(proof)

    @pytest.mark.parametrize("kind", KINDS)
    def test_every_statement_is_derived_or_proven_or_the_owners(self, kind: str) -> None:
        bare = [
            entry.name
            for entry in entries(kind)
            if not entry.proof
            and "{{" not in entry.text
            and not entry.owner
            and "Not Evaluated" not in entry.levels.values()
        ]
        assert bare == []

    @pytest.mark.parametrize("kind", KINDS)
    def test_no_name_is_used_twice_in_a_section(self, kind: str) -> None:
        for section in read_content(kind).sections:
            names = [entry.name for entry in section.entries]
            assert len(set(names)) == len(names), section.title


class TestFilledIn:
    def write(self, folder: Path, **replaced: str) -> Settings:
        """Write a small policy with an owner and return the settings for it."""
        policy = folder / "corpus" / "maple"
        policy.mkdir(parents=True)
        (policy / "policy.txt").write_text("Maple Privacy\n\nWe keep nothing.\n", encoding="utf-8")
        owner = {"name": "Maple Bakery", "contact": "privacy@maple.example", "purpose": "To explain the policy."}
        lines = [f"{key} = {json.dumps(value)}" for key, value in (owner | replaced).items()]
        digest = hashlib.sha256((policy / "policy.txt").read_bytes()).hexdigest()
        (policy / "manifest.toml").write_text(
            f'id = "maple"\ntext = "policy.txt"\nsha256 = "{digest}"\n[owner]\n' + "\n".join(lines) + "\n"
        )
        return load_settings(corpus=folder / "corpus", home=folder / "home", policy="maple")

    def test_the_owners_facts_come_from_the_manifest(self, tmp_path: Path) -> None:
        facts = gather("maple", self.write(tmp_path))
        record = fill_in("transparency", facts)
        assert text_of(record, "1.1 Organization") == "Maple Bakery"
        assert text_of(record, "4 Contact") == "privacy@maple.example"
        assert text_of(record, "2.3 Benefit: what the chat is for") == "To explain the policy."
        assert text_of(record, "2.4 Previous process") == ""
        assert "No answer has been reviewed by a person" in text_of(record, "3.4 Human review")

    def test_what_only_the_owner_knows_is_marked(self, facts: Facts) -> None:
        for kind in KINDS:
            document = fill_in(kind, facts)
            assert document.blanks > 0
            assert to_markdown(document).count(f"**{BLANK}**") == document.blanks
            assert to_html(document).count(f'"blank">{BLANK}<') == document.blanks

    def test_the_privacy_assessment_follows_the_settings(self, settings: Settings) -> None:
        def privacy(**changed: Any) -> Document:
            return fill_in("privacy", gather("massgov", load_settings(corpus=settings.corpus, **changed)))

        usual = privacy()
        section = next(s for s in usual.sections if s.title.startswith("5."))
        assert section.entries[0].text == "90 days, then they are erased."
        assert "30 days" in privacy(feedback={"retention_days": 30}).sections[5].entries[0].text
        off = privacy(feedback={"enabled": False, "per_hour": 0}, cached_answers=0, serve={"questions_per_minute": 0})
        assert text_of(off, "Feedback") == "No feedback is stored."
        assert text_of(off, "Answers to repeated questions") == "None are kept."
        assert "not even a key" in text_of(off, "Who asks")
        assert "Nothing is kept that could be shown" in text_of(off, "Access and deletion")
        assert text_of(off, "feedback.enabled").startswith("false. ")

    def test_a_shared_store_is_named_without_its_password(self, settings: Settings) -> None:
        shared = load_settings(
            corpus=settings.corpus, serve={"rate_store": "redis://user:hunter2@store:6379", "address_secret": "hunter2"}
        )
        document = fill_in("privacy", gather("massgov", shared))
        assert text_of(document, "What leaves the machine").startswith("The keys made from addresses")
        traced = load_settings(corpus=settings.corpus, tracing={"url": "http://collector.example"})
        leaves = text_of(fill_in("privacy", gather("massgov", traced)), "What leaves the machine")
        assert leaves.startswith("Traces, which go to the collector")
        assert leaves.endswith("The service calls nobody else.")
        assert text_of(document, "serve.rate_store").startswith("redis://…@store:6379. ")
        assert "hunter2" not in json.dumps(document.to_json())

    def test_a_shared_database_is_described_without_its_address(self, settings: Settings) -> None:
        def texts(url: str | None, **changed: Any) -> str:
            shared = load_settings(corpus=settings.corpus, database={"url": url}, **changed)
            facts = gather("massgov", shared)
            return json.dumps([fill_in(kind, facts).to_json() for kind in KINDS])

        alone = texts(None)
        assert "In one file on the machine of the service." in alone
        assert "shared database" not in alone
        assert "call nobody" in alone
        together = texts("postgresql://services:hunter2@db.example/ask?sslmode=verify-full")
        assert not re.search("hunter2|db.example/ask|call nobody|calls nobody, |In one file", together)
        for expected in (
            "Counts, feedback, questions without an answer, pauses, and the audit are in the PostgreSQL database",
            "Counts, and what visitors choose to leave, which go to the database that database.url names.",
            "the administrators of its server",
            "The write-ahead log of the database's server keeps it",
            "asks for TLS with a verified certificate",
            "90 days, then they are erased.",
            "They call only the database that database.url names, which the owner chooses.",
            "All machines copy the published policies from one PostgreSQL database, which also keeps counts",
            "Whoever may publish to the database decides what the chat says.",
        ):
            assert expected in together
        off = texts("postgresql://db.example/ask", feedback={"enabled": False})
        assert "Pauses and the audit are in the PostgreSQL database" in off
        assert "Requests for policies and pauses, without a word of a visitor" in off
        assert "does not ask for TLS" in off

    def test_whatever_the_service_calls_is_named(self, settings: Settings) -> None:
        shared = load_settings(
            corpus=settings.corpus,
            database={"url": "postgresql://db.example/ask"},
            serve={"rate_store": "redis://store:6379", "address_secret": "hunter2"},
            tracing={"url": "http://collector.example"},
        )
        facts = gather("massgov", shared)
        assert facts.called == (
            "the database that database.url names, the store that serve.rate_store names, and the collector that "
            "tracing.url names"
        )
        architecture = text_of(fill_in("transparency", facts), "4.1.1 System architecture")
        assert "share the limit on requests in the store that serve.rate_store names. Traces of" in architecture
        assert text_of(fill_in("privacy", facts), "tracing.url").startswith("http://collector.example")

    def test_the_owners_words_are_text(self, tmp_path: Path) -> None:
        facts = gather("maple", self.write(tmp_path, name=ATTACK))
        record = fill_in("transparency", facts)
        assert text_of(record, "1.1 Organization") == ATTACK
        assert "<script>" not in to_html(record)
        (row,) = (line for line in to_markdown(record).splitlines() if "1.1 Organization" in line)
        assert len(re.findall(r"(?<!\\)\|", row)) == 3
        assert r"\<script\>" in row

    def test_figures_are_those_of_the_baseline(self, facts: Facts, monkeypatch: pytest.MonkeyPatch) -> None:
        baseline = json.loads((ROOT / "evals" / "baseline.json").read_text())["massgov_real_dev"]["hit@1"]["value"]
        assert f"{baseline:.2f}".lstrip("0") in text_of(fill_in("transparency", facts), "4.2.7 Performance")
        monkeypatch.setattr("bot.reports.facts.BASELINE", ROOT / "nothing.json")
        installed = gather("massgov", facts.settings)
        assert "not known outside a checkout" in text_of(fill_in("transparency", installed), "4.2.7 Performance")
        assert [s.title for s in model_cards(installed).sections][-1] == "Measured figures"

    def test_model_cards_have_checksums_data_and_figures(self, facts: Facts) -> None:
        shown = to_markdown(model_cards(facts))
        for line in (ROOT / "bot/models/SHA256SUMS").read_text().splitlines():
            digest, name = line.split()
            assert re.search(rf"{re.escape(name)}.* bytes, sha256 {digest}", shown)
        assert "not the file that ships" not in shown
        assert "PrivacyQA train split" in shown
        assert "The first quote answers" in shown

    def test_a_changed_model_file_is_named(self, facts: Facts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "README.md").write_text("# Models\n\n## One\n\n- **Use.** None.\n")
        (tmp_path / "one.json").write_text("{}")
        (tmp_path / "SHA256SUMS").write_text(f"{'0' * 64}  one.json\n")
        monkeypatch.setattr(models, "MODELS", tmp_path)
        assert "not the file that ships" in text_of(model_cards(facts), "one.json")
        (tmp_path / "one.json").unlink()
        with pytest.raises(AskPolicyError, match="cannot be read"):
            model_cards(facts)

    def test_every_document_has_a_number_of_words_for_each_statement(self, facts: Facts) -> None:
        for document in documents(facts):
            for section in document.sections:
                assert section.entries, section.title
                for entry in section.entries:
                    assert entry.is_blank or entry.levels or re.search(r"\w", entry.text), entry.name


class TestBill:
    def test_it_fits_the_schema(self) -> None:
        validation = pytest.importorskip("cyclonedx.validation.json", reason="brings the schema of CycloneDX")
        from cyclonedx.schema import SchemaVersion

        problem = validation.JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(sbom.bill_of_materials()))
        assert problem is None

    def test_it_lists_what_is_installed_and_the_models(self) -> None:
        bill = sbom.bill_of_materials()
        listed = {component["name"]: component for component in bill["components"]}
        assert listed["pydantic-settings"]["purl"] == f"pkg:pypi/pydantic-settings@{version('pydantic-settings')}"
        assert listed["encoder/model.onnx"]["type"] == "machine-learning-model"
        assert "askpolicy" not in listed
        needs = {dependency["ref"]: dependency["dependsOn"] for dependency in bill["dependencies"]}
        ours = needs[bill["metadata"]["component"]["bom-ref"]]
        assert {listed["numpy"]["bom-ref"], listed["encoder/model.onnx"]["bom-ref"]} <= set(ours)
        assert listed["pydantic-core"]["bom-ref"] in needs[listed["pydantic"]["bom-ref"]]

    def test_it_is_the_same_again_at_a_fixed_time(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
        first, second = sbom.bill_of_materials(), sbom.bill_of_materials()
        assert json.dumps(first) == json.dumps(second)
        assert first["metadata"]["timestamp"] == "2023-11-14T22:13:20Z"
        monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000001")
        assert sbom.bill_of_materials()["serialNumber"] != first["serialNumber"]
        monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
        with pytest.raises(AskPolicyError, match="SOURCE_DATE_EPOCH is not a number"):
            sbom.bill_of_materials()


class TestCommand:
    def test_each_form(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        page = tmp_path / "record.html"
        assert main(["report", "transparency", "--html", str(page)]) == 0
        wrote = capsys.readouterr().out
        assert re.fullmatch(rf"Wrote {page}\. Entries for the owner to fill in: \d+, marked in .*\.\n", wrote)
        assert page.read_text().startswith("<!doctype html>")
        assert main(["report", "model-cards"]) == 0
        assert capsys.readouterr().out.startswith("# Model cards\n")
        assert main(["report", "sbom", "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["specVersion"] == "1.6"
        assert main(["report", "accessibility", "--json"]) == 0
        shown = json.loads(capsys.readouterr().out)
        assert shown["document"] == "accessibility"
        assert shown["sections"][3]["entries"][0]["levels"] == {
            "Chat": "Supports",
            "Pages without JavaScript": "Supports",
        }

    def test_a_file_that_cannot_be_written(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["report", "sbom", "--markdown", str(tmp_path / "no" / "sbom.md")]) == 1
        assert "cannot be written (No such file or directory): choose another file." in capsys.readouterr().err

    def test_a_policy_that_is_not_there(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["report", "privacy", "--policy", "nothing"]) == 1
        assert "There is no policy 'nothing'" in capsys.readouterr().err


def test_pages_are_accessible_and_load_nothing(chromium: Browser, facts: Facts, tmp_path: Path) -> None:
    pages = documents(facts)
    found = {}
    # axe-core is added as a script, which the pages themselves forbid.
    with chromium.new_context(viewport={"width": 320, "height": 800}, bypass_csp=True) as context:
        visit = Visit(context, [tmp_path.as_uri()])
        for document, scheme in zip(pages, ("light", "dark", "light", "dark"), strict=True):
            file = tmp_path / f"{document.kind}.html"
            file.write_text(to_html(document), encoding="utf-8")
            visit.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            visit.page.goto(file.as_uri())
            found[document.kind] = axe_violations(visit.page)
            if visit.page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                found[document.kind].append("too wide")
            if document.kind == "accessibility":
                visit.page.set_viewport_size({"width": 1100, "height": 900})
                found["wide"] = axe_violations(visit.page)
                visit.page.set_viewport_size({"width": 320, "height": 800})
        assert {name: faults for name, faults in found.items() if faults} == {}
        assert (visit.complaints, visit.foreign_requests) == ([], [])
