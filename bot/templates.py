"""The Jinja environment of every page: values are escaped, and an undefined name is an error."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined


class _Templates(Environment):
    """Reads `say.clear` as the text with that key, although a dict has a method of that name."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, Mapping) and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)


def templates(folder: Path) -> Environment:
    """Return an environment that loads the templates of a folder."""
    return _Templates(
        loader=FileSystemLoader(folder),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
