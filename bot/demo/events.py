"""What the demo's page may send: one exact shape for each event, read off the page that was built.

Gradio looks for file descriptions (`{"path": …, "meta": {"_type": "gradio.FileData"}}`) at any depth of any value, and
copies or fetches what they name. So a visitor's values are strings and lists of strings here and nothing else, and
gradio gets a body that this module has written.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from types import GenericAlias
from typing import Annotated, Any, Literal

import gradio as gr
from gradio.block_function import BlockFunction
from gradio.blocks import Block
from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from bot.settings import GuardSettings
from bot.types import AskPolicyError
from bot.usage.feedback import MAX_QUESTION_CHARS

# As long as over the HTTP interface: what exceeds the guard's own limit is answered with the outcome `too_long`.
_Words = Annotated[str, Field(max_length=MAX_QUESTION_CHARS)]
# Which component set the event off, by a number that each process counts for itself; and a name that the page makes up
# for each visit. Neither goes on to gradio, which would keep a copy of the page for each name.
_Number = Annotated[int, Field(ge=0, le=1_000_000)]
_Session = Annotated[str, Field(pattern=r"^[0-9a-z]{1,32}$")]


class _Exact(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Chosen(_Exact):
    """What the page's own script hands over with an event: see assets/browse.js."""

    question: _Words


class Refused(Exception):  # noqa: N818 (it refuses; nothing has gone wrong)
    """One sentence: why a body is refused."""


class Events:
    """Reads the bodies that the page sends with its events."""

    def __init__(self, page: gr.Blocks, guard: GuardSettings) -> None:
        """Raises AskPolicyError if the page has an input that has no shape here."""
        # The page sends back the questions that it got, and it gets the newest on top of as many as are read.
        earlier = Annotated[list[_Words], Field(max_length=guard.max_history + 1)]
        self._shapes = {number: _shape(event, earlier) for number, event in page.fns.items()}

    def read(self, body: bytes) -> bytes:
        """The body that gradio gets for what a visitor sent. Raises Refused if the page sends no such thing."""
        sent = _parse(body)
        number = sent.get("fn_index") if isinstance(sent, dict) else None
        shape = self._shapes.get(number) if type(number) is int else None
        if shape is None:
            raise Refused(_UNKNOWN)
        try:
            event = shape.model_validate(sent)
        except ValidationError as error:
            kinds = {problem["type"] for problem in error.errors(include_url=False, include_input=False)}
            raise Refused(_LONG if kinds == {"string_too_long"} else _UNKNOWN) from None
        return event.model_dump_json(exclude={"trigger_id", "session_hash"}).encode()


_UNKNOWN = "The demo's page sends no such thing: reload the page and ask again."
_LONG = f"This is too long: ask in at most {MAX_QUESTION_CHARS:,} characters."
_NO_JSON = "The body is not JSON: send one JSON object as UTF-8, without a key given twice."


def _parse(body: bytes) -> Any:
    try:
        return json.loads(body.decode("utf-8"), object_pairs_hook=_object, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Refused(_NO_JSON) from None


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key is given twice")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _shape(event: BlockFunction, earlier: Any) -> type[_Exact]:
    values = tuple(_value(component, earlier) for component in event.inputs)
    fields: dict[str, Any] = {
        "fn_index": (Literal[event._id], ...),
        # A list in JSON, a tuple here; what is in it is as strict as everything else.
        "data": (GenericAlias(tuple, values), Field(strict=False)),
        "trigger_id": (_Number | None, None),
        "event_data": (_Chosen, ...) if event.collects_event_data else (None, None),
        "session_hash": (_Session | None, None),
    }
    shape: type[_Exact] = create_model("Event", __base__=_Exact, **fields)
    return shape


def _value(component: Block, earlier: Any) -> Any:
    match component:
        case gr.Button():
            return Literal[component.value]
        case gr.Textbox():
            return _Words
        case gr.JSON():
            return earlier
    raise AskPolicyError(f"The demo's page sends a {type(component).__name__}: say in {__name__} what may be in it.")
