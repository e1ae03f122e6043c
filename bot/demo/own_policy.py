"""A policy of the visitor's own: reads a file, indexes it in memory, and answers from it.

A policy is forgotten some minutes after its last question, and nothing is written to disk. The page keeps the file and
sends it again if the server has forgotten it.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Annotated, Any

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field

from bot.demo.html import left_out_html, statements_html, turn_html
from bot.index.bundle import bundle_in_memory
from bot.pipeline import Bot
from bot.policies.folder import PolicyFolder, read_single_file
from bot.settings import GuardSettings
from bot.types import AskPolicyError
from bot.usage.feedback import MAX_QUESTION_CHARS

MAX_FILE_BYTES = 3_000_000
# A file of that size in base64, in JSON.
MAX_BODY_BYTES = MAX_FILE_BYTES * 4 // 3 + 200_000
# More text takes longer to index than a visitor waits: about 3 seconds for this much on two cores.
MAX_CHARS = 150_000
_FORGET_SECONDS = 600.0
_KEPT = 8
_NAME_CHARS = 120

_Words = Annotated[str, Field(max_length=MAX_QUESTION_CHARS)]


class OwnRequest(BaseModel):
    """What the page sends. key: of a policy that was read before. name, file: a policy to read. question: to answer.

    earlier: the visitor's earlier questions about this policy, oldest first.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    name: Annotated[str, Field(min_length=1, max_length=_NAME_CHARS)] | None = None
    file: Base64Bytes | None = None
    question: _Words | None = None
    earlier: Annotated[tuple[_Words, ...], Field(max_length=20)] = ()


class Forgotten(Exception):  # noqa: N818 (it is no fault: the page sends the file again)
    """Raised if the policy of a key is not in memory any more."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A policy that was read, and the bot that answers from it."""

    folder: PolicyFolder
    bot: Bot


class OwnPolicies:
    """Reads visitors' policies and answers from them. At most a few are in memory at the same time."""

    def __init__(self, bot: Bot) -> None:
        """Take the encoder and the settings of the bot that the demo serves."""
        self._served = bot
        self._read: OrderedDict[str, _Read] = OrderedDict()
        self._forget: dict[str, asyncio.TimerHandle] = {}
        self._reading = asyncio.Semaphore(1)

    async def reply(self, sent: OwnRequest) -> dict[str, Any]:
        """Read the policy if necessary, answer the question if there is one, and return what the page shows.

        Raises AskPolicyError if the file cannot be read, and Forgotten if it has to be sent again.
        """
        if sent.file is not None and sent.name is not None:
            # The same bytes are another policy under another name: the name may tell the kind of file.
            key = hashlib.sha256(f"{sent.name}\n".encode() + sent.file).hexdigest()
        elif sent.key is not None:
            key = sent.key
        else:
            raise AskPolicyError("Choose a file first: HTML, Markdown, PDF, Word, or text.")
        if key not in self._read:
            if sent.file is None or sent.name is None:
                raise Forgotten
            async with self._reading:
                self._keep(key, await asyncio.to_thread(self._open, sent.name, sent.file))
        self._forget_later(key)
        read = self._read[key]
        shown: dict[str, Any] = {"key": key}
        if sent.file is not None:
            shown |= {
                "title": read.folder.policy.title,
                "read": statements_html(read.folder.policy) + left_out_html(read.folder.left_out),
            }
        if sent.question is not None:
            shown |= await asyncio.to_thread(_answer, read, sent.question, sent.earlier, self._served.settings.guard)
        return shown

    def _open(self, name: str, data: bytes) -> _Read:
        if len(data) > MAX_FILE_BYTES:
            raise AskPolicyError(f"The file is larger than {MAX_FILE_BYTES // 1_000_000} MB: choose a smaller one.")
        folder = read_single_file(data, PurePosixPath(PurePosixPath(name).name))
        if (length := len(folder.policy.text)) > MAX_CHARS:
            raise AskPolicyError(
                f"The policy has {length:,} characters, and the demo reads at most {MAX_CHARS:,}: "
                "use `askpolicy index` instead."
            )
        bundle = bundle_in_memory(folder, self._served.bundle.embedder)
        return _Read(folder, Bot(bundle, self._served.settings))

    def _keep(self, key: str, read: _Read) -> None:
        self._read[key] = read
        while len(self._read) > _KEPT:
            self._drop(next(iter(self._read)))

    def _forget_later(self, key: str) -> None:
        self._read.move_to_end(key)
        if timer := self._forget.pop(key, None):
            timer.cancel()
        self._forget[key] = asyncio.get_running_loop().call_later(_FORGET_SECONDS, self._drop, key)

    def _drop(self, key: str) -> None:
        self._read.pop(key, None)
        if timer := self._forget.pop(key, None):
            timer.cancel()


def _answer(read: _Read, question: str, earlier: tuple[str, ...], guard: GuardSettings) -> dict[str, Any]:
    answer = read.bot.ask(question, earlier[max(0, len(earlier) - guard.max_history) :])
    turn = turn_html(answer, read.folder.policy, secrets.token_hex(4))
    return {"turn": turn, "question": answer.question}
