"""Logs as JSON Lines on standard error, never with a visitor's words, address, or browser.

An exception is logged by its type and its traceback's lines only, since its message may repeat what the visitor typed.
"""

from __future__ import annotations

import json
import logging
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

CONFIG: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "bot.service.logs.JsonFormatter"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "json", "stream": "ext://sys.stderr", "level": "INFO"}
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "askpolicy": {"level": "INFO"},
        "uvicorn": {"level": "INFO"},
        # These two log every connection or request, in their own format.
        "sse_starlette": {"level": "WARNING"},
        "uvicorn.access": {"level": "CRITICAL"},
    },
}


class JsonFormatter(logging.Formatter):
    """Formats a record as one line of JSON. `extra={"fields": {...}}` adds members."""

    def format(self, record: logging.LogRecord) -> str:
        """Return an object with time (UTC), level, logger, message, the fields, and any exception (error, at)."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            line["error"] = type(error).__name__
            line["at"] = [
                f"{Path(frame.filename).name}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(error.__traceback__)
            ]
        return json.dumps(line, ensure_ascii=False)
