"""A policy of the visitor's choice: reads a file or fetches a page, indexes it in memory, and answers from it.

A policy is forgotten some minutes after its last question, and nothing is written to disk. The page keeps the file or
the address and sends it again if the server has forgotten the policy.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Annotated, Any, Self

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field, model_validator

from bot.demo.html import left_out_html, statements_html
from bot.demo.turn import turn_html
from bot.index.bundle import bundle_in_memory
from bot.pipeline import Bot
from bot.policies.folder import PolicyFolder, read_single_address, read_single_file
from bot.policies.hosts import PrivateAddressError, Resolver, system_resolver
from bot.settings import GuardSettings
from bot.types import AskPolicyError
from bot.usage.values import MAX_QUESTION_CHARS

MAX_FILE_BYTES = 3_000_000
# A file of that size in base64, in JSON.
MAX_BODY_BYTES = MAX_FILE_BYTES * 4 // 3 + 200_000
# More text takes longer to index than a visitor waits: about 3 seconds for this much on two cores.
MAX_CHARS = 150_000
_FORGET_SECONDS = 600.0
_KEPT = 8
# Fetching mostly waits, so other visitors' files are read in the meantime.
_FETCHED_AT_ONCE = 2
_NAME_CHARS = 120
_ADDRESS_CHARS = 2_000

_Words = Annotated[str, Field(max_length=MAX_QUESTION_CHARS)]


class OwnRequest(BaseModel):
    """What the page sends. key: of a policy that was read before. question: to answer.

    name, file, or instead address: a policy to read. earlier: the visitor's earlier questions about it, oldest first.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    name: Annotated[str, Field(min_length=1, max_length=_NAME_CHARS)] | None = None
    file: Base64Bytes | None = None
    address: Annotated[str, Field(min_length=1, max_length=_ADDRESS_CHARS)] | None = None
    question: _Words | None = None
    earlier: Annotated[tuple[_Words, ...], Field(max_length=20)] = ()

    @model_validator(mode="after")
    def _check_one_policy(self) -> Self:
        if (self.name is None) != (self.file is None):
            raise ValueError("a file needs a name, and a name a file")
        if self.file is not None and self.address is not None:
            raise ValueError("send a file or an address, not both")
        return self


class Forgotten(Exception):  # noqa: N818 (not an error: the page sends the policy again)
    """Raised if the policy of a key is no longer in memory."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A policy that was read, and the bot that answers from it."""

    folder: PolicyFolder
    bot: Bot


class OwnPolicies:
    """Reads visitors' policies and answers from them. At most a few are in memory at the same time."""

    def __init__(self, bot: Bot, resolve: Resolver = system_resolver) -> None:
        """Take the encoder and the settings of the bot that the demo serves. resolve: tests give their own."""
        self._served = bot
        self._resolve = resolve
        # Visitors must not see pages of the network that the demo runs in, even if its owner may.
        self._fetching = bot.settings.fetch.model_copy(update={"allow_private": False})
        self._read: OrderedDict[str, _Read] = OrderedDict()
        self._forget: dict[str, asyncio.TimerHandle] = {}
        self._may_read = asyncio.Semaphore(1)
        self._may_fetch = asyncio.Semaphore(_FETCHED_AT_ONCE)

    async def reply(self, sent: OwnRequest) -> dict[str, Any]:
        """Read the policy if necessary, answer the question if there is one, and return what the page shows.

        Raises AskPolicyError if the policy cannot be fetched or read, and Forgotten if it has to be sent again.
        """
        key = _key(sent)
        if key not in self._read:
            self._keep(key, await self._open(sent))
        self._forget_later(key)
        read = self._read[key]
        shown: dict[str, Any] = {"key": key}
        if sent.file is not None or sent.address is not None:
            shown |= {
                "title": read.folder.policy.title,
                "read": statements_html(read.folder.policy) + left_out_html(read.folder.left_out),
            }
        if sent.question is not None:
            shown |= await asyncio.to_thread(_answer, read, sent.question, sent.earlier, self._served.settings.guard)
        return shown

    async def _open(self, sent: OwnRequest) -> _Read:
        if sent.address is not None:
            async with self._may_fetch:
                folder = await asyncio.to_thread(self._fetch, sent.address)
        elif sent.file is not None and sent.name is not None:
            async with self._may_read:
                folder = await asyncio.to_thread(_read_file, sent.name, sent.file)
        else:
            raise Forgotten
        async with self._may_read:
            return await asyncio.to_thread(self._index, folder)

    def _fetch(self, address: str) -> PolicyFolder:
        address = address.strip()
        # People leave out what their browser does not show.
        url = address if "://" in address else f"https://{address}"
        try:
            return read_single_address(url, self._fetching, MAX_FILE_BYTES, self._resolve)
        except PrivateAddressError:
            raise AskPolicyError(
                "This address leads to a private or reserved network, which the demo never fetches from: save the page "
                "and choose the file."
            ) from None

    def _index(self, folder: PolicyFolder) -> _Read:
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


def _key(sent: OwnRequest) -> str:
    """Return the key of a policy, the same in every process. Raises AskPolicyError if no policy is named."""
    if sent.file is not None and sent.name is not None:
        # The same bytes are another policy under another name: the name may tell the kind of file.
        parts = [b"file", sent.name.encode(), sent.file]
    elif sent.address is not None:
        parts = [b"address", sent.address.strip().encode()]
    elif sent.key is not None:
        return sent.key
    else:
        raise AskPolicyError("Choose a file first (HTML, Markdown, PDF, Word, or text), or enter a web address.")
    # A digest of digests, so that no file can pass for an address or for a file with another name.
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def _read_file(name: str, data: bytes) -> PolicyFolder:
    if len(data) > MAX_FILE_BYTES:
        raise AskPolicyError(f"The file is larger than {MAX_FILE_BYTES // 1_000_000} MB: choose a smaller one.")
    return read_single_file(data, PurePosixPath(PurePosixPath(name).name))


def _answer(read: _Read, question: str, earlier: tuple[str, ...], guard: GuardSettings) -> dict[str, Any]:
    answer = read.bot.ask(question, earlier[max(0, len(earlier) - guard.max_history) :])
    turn = turn_html(answer, read.folder.policy, secrets.token_hex(4))
    return {"turn": turn, "question": answer.question}
