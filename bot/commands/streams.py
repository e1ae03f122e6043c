"""Standard input and output, and files of JSON Lines in their place."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, TextIO

from bot.commands.command import json_line
from bot.types import AskPolicyError


class Input:
    """Reads lines from a file or standard input, as bytes: invalid UTF-8 is an error of one line, not of the run."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._file: BinaryIO | None = None

    def __enter__(self) -> BinaryIO:
        if self._path is None:
            return sys.stdin.buffer
        try:
            self._file = self._path.open("rb")
        except OSError as error:
            raise AskPolicyError(
                f"{self._path} cannot be read ({error.strerror}): name a file of JSON Lines."
            ) from None
        return self._file

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()


class Output:
    """Writes JSON Lines to a file or to standard output, each line immediately."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._progress = 0
        try:
            self._file = path.open("w", encoding="utf-8", errors="backslashreplace") if path else sys.stdout
        except OSError as error:
            raise AskPolicyError(f"{path} cannot be written ({error.strerror}): choose another --output.") from None

    def __enter__(self) -> Callable[[object], None]:
        return self._write

    def _write(self, record: object) -> None:
        print(json_line(record), file=self._file, flush=True)
        self._progress += 1
        if self._path and sys.stderr.isatty():
            print(f"\r{self._progress} done", end="", file=sys.stderr, flush=True)

    def __exit__(self, *_: object) -> None:
        if self._path:
            self._file.close()
            if sys.stderr.isatty():
                print(file=sys.stderr)


def check_apart(source: Path | None, output: Path | None) -> None:
    """Raise AskPolicyError if a file is to be read and overwritten."""
    if source and output and source.exists() and output.exists() and source.samefile(output):
        raise AskPolicyError(f"{output} is also the input and would be overwritten: choose another --output.")


def be_lenient(stream: TextIO) -> None:
    """Escape characters that the terminal cannot show or that it sent broken, instead of failing."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")


def decode(data: bytes, what: str) -> str:
    """Return bytes as text. what: what they are, for the message. Raises AskPolicyError if they are not UTF-8."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise AskPolicyError(f"{what} is not UTF-8 (byte {error.start} is invalid): send it as UTF-8 text.") from None
