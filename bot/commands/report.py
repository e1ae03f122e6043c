"""`askpolicy report`: documents for procurement, filled in from the running system."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from bot.commands.command import Command, add_policy_option, read_settings
from bot.guard.control_codes import escaped_in_json, without_control_codes
from bot.types import AskPolicyError

if TYPE_CHECKING:
    pass

KINDS = ("transparency", "accessibility", "privacy", "model-cards", "sbom")


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("document", choices=KINDS, help=", ".join(KINDS))
    add_policy_option(parser)
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--html", type=Path, metavar="FILE", help="write one self-contained page")
    form.add_argument("--markdown", type=Path, metavar="FILE", help="write Markdown, to be edited")
    form.add_argument("--json", action="store_true", help="print JSON; for sbom, CycloneDX 1.6")


def _run(arguments: argparse.Namespace) -> int:
    """Make one document, and print or write it. Returns the exit code."""
    from bot.reports.content import fill_in
    from bot.reports.facts import gather, today
    from bot.reports.models import model_cards
    from bot.reports.pages import to_html, to_markdown
    from bot.reports.sbom import as_document, bill_of_materials

    settings = read_settings()
    name = arguments.policy or settings.policy
    match arguments.document:
        case "sbom":
            bill = bill_of_materials()
            document, shown = as_document(bill, today().isoformat()), bill
        case "model-cards":
            document = model_cards(gather(name, settings))
            shown = document.to_json()
        case kind:
            document = fill_in(kind, gather(name, settings))
            shown = document.to_json()
    if arguments.json:
        print(escaped_in_json(json.dumps(shown, ensure_ascii=False, indent=2)))
    elif path := arguments.html or arguments.markdown:
        _write(path, to_html(document) if arguments.html else to_markdown(document))
        blanks = ""
        if document.blanks:
            blanks = (
                f" Entries for the owner to fill in: {document.blanks}, marked in the document. The table [owner] in "
                "manifest.toml fills in some."
            )
        print(f"Wrote {path}.{blanks}")
    else:
        print(without_control_codes(to_markdown(document)), end="")
    return 0


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise AskPolicyError(f"{path} cannot be written ({error.strerror}): choose another file.") from None


REPORT = Command(
    "report",
    "write a document for procurement, filled in from the settings and the policy in force",
    "askpolicy report accessibility --html accessibility.html",
    _run,
    _add_arguments,
)
