"""Write the table of settings in docs/running.md from bot/settings.py: `python scripts/settings_table.py`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bot.settings import Settings

PAGE = Path(__file__).resolve().parents[1] / "docs" / "running.md"
_BETWEEN = re.compile(r"(?<=<!-- settings -->\n).*?(?=<!-- /settings -->)", re.DOTALL)
# These depend on where AskPolicy is installed.
_PLACES = {
    "home": "`.askpolicy` in a checkout, otherwise `~/.cache/askpolicy`",
    "corpus": "`corpus` in a checkout, otherwise the package's own",
    "model": "the one that ships",
}


def rows(model: type[BaseModel] = Settings, group: str = "") -> Iterator[str]:
    """Yield one Markdown row for each setting. Settings in groups get the name `group.setting`."""
    for name, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from rows(inner, f"{name}.")
        else:
            default = _PLACES.get(group + name) or _default(field)
            yield f"| `{group}{name}` | {default} | {_range(field)} | {field.description} |\n"


def table() -> str:
    """Return the whole table, in Markdown."""
    return "".join(["| setting | default | from – to | meaning |\n|---|---|---|---|\n", *rows()])


def with_table(page: str) -> str:
    """Return the page with its table replaced by the current one."""
    return _BETWEEN.sub(lambda _: table(), page)


def _default(field: FieldInfo) -> str:
    value = field.get_default()
    return "none" if value in (None, (), "") else f"`{value if isinstance(value, str) else json.dumps(value)}`"


def _range(field: FieldInfo) -> str:
    limits: dict[str, Any] = {
        kind: getattr(constraint, kind)
        for constraint in field.metadata
        for kind in ("gt", "ge", "le")
        if hasattr(constraint, kind)
    }
    if "le" not in limits:
        return ""
    low = f"over {limits['gt']:,}" if "gt" in limits else f"{limits['ge']:,}"
    return f"{low} – {limits['le']:,}"


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
