"""Request and response bodies. Pydantic is used only here, at the border; the rest uses the types in `bot.types`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from bot.service.reload import ReloadFailure
from bot.usage.values import MAX_COMMENT_CHARS, MAX_QUESTION_CHARS

OutcomeName = Literal[
    "answered", "not_covered", "off_topic", "small_talk", "empty", "too_long", "unsupported_language", "urgent", "error"
]
LanguageCode = Literal["en", "es", "pt", "zh", "ht", "vi"]

MAX_HISTORY = 50
_Question = Annotated[str, Field(max_length=MAX_QUESTION_CHARS)]
_PolicyId = Annotated[str, Field(min_length=1, max_length=200)]

_ANSWER_ID = "5f0c8e1d2b7a49369c1e04d7f2a6b813"
_POLICY_VERSION = {
    "id": "massgov",
    "version": "274afae8a7c7",
    "effective": "2023-06-13",
    "updated": "2023-08-04",
    "language": "en",
}
_QUOTE = "A session cookie is erased during operation of your browser or when your browser is closed."
_URL = "https://www.mass.gov/privacypolicy#:~:text=A%20session%20cookie,browser%20is%20closed."
ANSWER_EXAMPLE: dict[str, Any] = {
    "id": _ANSWER_ID,
    "language": "en",
    "question": "When is a session cookie deleted?",
    "outcome": "answered",
    "text": f"{_QUOTE} [1]",
    "opening": "",
    "citations": [
        {
            "number": 1,
            "quote": _QUOTE,
            "start": 8210,
            "end": 8301,
            "context": [],
            "section": "Cookies and usage data",
            "passage_id": "massgov-0041",
            "url": _URL,
        }
    ],
    "verdict": None,
    "reviewed": None,
    "completeness": None,
    "related": [],
    "topics": [],
    "suggestions": [],
    "read_as": None,
    "parts": [],
    "act": None,
    "route": None,
    "warnings": [],
    "confidence": 0.98,
    "policy": _POLICY_VERSION,
    "seconds": 0.005,
    "next_steps": [],
}


class _In(BaseModel):
    """A strict model: a wrong type is refused, not converted, and so is an unknown field."""

    model_config = ConfigDict(extra="forbid", strict=True)


class AskIn(_In):
    """One question to answer."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"question": "Do you sell my data?"},
                {"question": "And for how long?", "history": ["Do you keep my IP address?"], "language": "es"},
            ]
        }
    )

    question: _Question = Field(
        description="The question in the visitor's words. If it is longer than the service's limit (2,000 characters "
        "by default), the outcome is `too_long`."
    )
    history: list[_Question] = Field(
        default=[],
        max_length=MAX_HISTORY,
        description="The visitor's earlier questions, oldest first. A question longer than the service's limit is "
        "skipped.",
    )
    policy: _PolicyId | None = Field(default=None, description="The policy's id; null means the default policy.")
    language: LanguageCode = Field(
        default="en",
        description="The language of the fixed text around the quotes. English, if the policy's owner does not offer "
        "this one.",
    )


class FeedbackIn(_In):
    """A visitor's verdict on an answer. Send the question or a comment only if the visitor chose to share it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"answer_id": _ANSWER_ID, "policy": "massgov", "outcome": "answered", "helpful": True},
                {
                    "answer_id": _ANSWER_ID,
                    "policy": "massgov",
                    "outcome": "not_covered",
                    "helpful": False,
                    "reason": "incomplete",
                    "comment": "It should say who hosts the site.",
                },
            ]
        }
    )

    answer_id: str = Field(pattern="^[0-9a-f]{32}$", description="The answer's `id`.")
    policy: _PolicyId = Field(description="The answer's `policy.id`.")
    outcome: OutcomeName = Field(description="The answer's `outcome`. Refused if it is `urgent`: none of it is kept.")
    helpful: bool
    reason: Literal["wrong", "incomplete", "unclear", "other"] | None = None
    comment: str | None = Field(default=None, max_length=MAX_COMMENT_CHARS)
    question: _Question | None = Field(
        default=None,
        description="Only if the visitor agreed to share it. Refused if it is longer than the service's limit.",
    )

    @field_validator("outcome")
    @classmethod
    def _is_judged(cls, outcome: str) -> str:
        if outcome == "urgent":
            raise ValueError("answers with the outcome 'urgent' take no feedback")
        return outcome


class UnansweredIn(_In):
    """A question that got no answer, which the visitor passes on to the policy's owner."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "answer_id": _ANSWER_ID,
                    "policy": "massgov",
                    "outcome": "not_covered",
                    "question": "Who hosts this website?",
                }
            ]
        }
    )

    answer_id: str = Field(pattern="^[0-9a-f]{32}$", description="The answer's `id`.")
    policy: _PolicyId = Field(description="The answer's `policy.id`.")
    outcome: Literal["not_covered", "off_topic", "unsupported_language"] = Field(description="The answer's `outcome`.")
    question: _Question = Field(
        min_length=1, description="The answer's `question`. Refused if it is longer than the service's limit."
    )


class FeedbackOut(BaseModel):
    """The id of what was given, sent once it is safely stored."""

    id: str = Field(examples=["0b51f4a7c9de4d7a8f7f53b0a4c2e913"])


class QuoteOut(BaseModel):
    """Words from the policy: `quote` is `text[start:end]` of the policy's text, in Unicode code points."""

    quote: str
    start: int
    end: int


class LinkOut(BaseModel):
    """Words of a quote that are a link on the policy's page. start, end: as those of the quote."""

    text: str
    start: int
    end: int
    url: str = Field(description="A web page, a mail address (mailto:) or a telephone number (tel:).")


class CitationOut(QuoteOut):
    """A statement of the policy: its own words, and those that they are read with."""

    number: int
    context: list[QuoteOut] = Field(
        description="The words that the quote is read with, in the order of the policy: the line above a list, the "
        "column headers of a table, a question, a sentence that it depends on. Often none. Words that start after "
        "the quote end its sentence or limit it. Show all of them in this order: alone, the quote could mislead."
    )
    section: str
    passage_id: str
    url: str | None = Field(description="A link that opens the policy with these words highlighted.")
    links: list[LinkOut] = Field(
        description="Words of the quote that lead somewhere on the policy's page, in order. Often none."
    )


class WarningOut(BaseModel):
    """What the visitor should know about the question as typed."""

    code: str
    kinds: list[str]


class PolicyVersionOut(BaseModel):
    """Which version of the policy the answer comes from."""

    id: str
    version: str = Field(description="The first 12 digits of the text's sha256.")
    effective: str | None
    updated: str | None
    language: str = Field(description="The code of the language that the policy, and so each quote, is in.")


class ContactOut(BaseModel):
    """A contact of the policy's owner."""

    role: str
    name: str
    url: str | None = Field(description="A page (https:), an email address (mailto:) or a phone number (tel:).")


class RouteOut(BaseModel):
    """A place that answers questions about another subject."""

    name: str
    url: str | None


class PartOut(BaseModel):
    """One of several questions that were asked at once. Its fields are as those of an answer to it alone."""

    question: str
    outcome: OutcomeName
    opening: str = Field(description="The service's own words about this part, often empty.")
    citations: list[int] = Field(description="The numbers of the citations that answer this part.")
    verdict: Literal["yes", "no", "depends"] | None
    reviewed: str | None
    completeness: Literal["complete", "partial"] | None
    related: list[CitationOut] = Field(
        description="The nearest statements, which do not answer this part. Their numbers continue those of the "
        "citations; a statement that is also cited has the same number."
    )
    read_as: str | None = Field(
        description="This part, completed with words from the part before, if it leaves out any."
    )
    act: str | None
    route: RouteOut | None
    confidence: float = Field(ge=0, le=1)


class AnswerOut(BaseModel):
    """An answer, whatever its `outcome`. The outcome is `answered` if and only if there are citations."""

    model_config = ConfigDict(json_schema_extra={"examples": [ANSWER_EXAMPLE]})

    id: str = Field(description="A random id to send with feedback. The service does not keep it otherwise.")
    language: LanguageCode
    question: str = Field(description="The question after cleaning: recognized personal data is removed.")
    outcome: OutcomeName
    text: str = Field(description="The whole answer: the opening, then each quote with its context and its number.")
    opening: str = Field(
        description="The service's own words before the quotes, often empty. Without quotes, it is the whole answer."
    )
    citations: list[CitationOut]
    verdict: Literal["yes", "no", "depends"] | None = Field(description="What the opening says, if it says yes or no.")
    reviewed: str | None = Field(description="The date on which the owner approved the opening.")
    completeness: Literal["complete", "partial"] | None = Field(
        description="Whether a reviewed answer with quotes covers the question. The opening says what is left open."
    )
    related: list[CitationOut] = Field(
        description="The nearest statements, which do not answer the question. None if the outcome is `answered`. If "
        "there are `parts`, each has its own."
    )
    topics: list[str] = Field(description="The ids of the topics that are asked about, the most likely first.")
    suggestions: list[str] = Field(description="Questions to ask next; the policy answers each of them.")
    read_as: str | None = Field(
        description="The question as it was understood, if its spelling was corrected or an earlier question was "
        "needed."
    )
    parts: list[PartOut] = Field(description="If several questions were asked at once: each of them, answered.")
    act: str | None = Field(description="With `small_talk`: what the visitor does, such as `thanks` or `human`.")
    route: RouteOut | None = Field(description="With `off_topic`: where to ask instead.")
    warnings: list[WarningOut]
    confidence: float = Field(ge=0, le=1, description="Estimated probability that the outcome is the right one.")
    policy: PolicyVersionOut
    seconds: float = Field(ge=0)
    next_steps: list[ContactOut] = Field(description="Whom to ask instead, if the outcome calls for it.")


class PolicySummaryOut(BaseModel):
    """A policy as it appears in the list."""

    id: str
    title: str
    site: str
    url: str | None
    version: str
    effective: str | None
    updated: str | None
    language: str = Field(description="The code of the policy's language.")
    languages: list[LanguageCode] = Field(description="The languages that the owner offers the chat in.")


class PoliciesOut(BaseModel):
    """All policies that you can ask about. The default policy comes first."""

    policies: list[PolicySummaryOut]


class SentenceOut(BaseModel):
    """A sentence: `text` is the policy's text from `start` to `end`, in Unicode code points."""

    index: int
    text: str
    start: int
    end: int


class SectionOut(BaseModel):
    """A section's sentences under its headings, outermost first."""

    id: str
    headings: list[str]
    sentences: list[SentenceOut]


class VersionOut(BaseModel):
    """A version of a policy. `since`: the day on which it came into use, if that is known."""

    version: str
    title: str
    effective: str | None
    updated: str | None
    since: str | None


class SwitchOut(BaseModel):
    """What the owner tells visitors for now. `message`: null for the service's own words. `until`: when it ends."""

    message: str | None
    until: str | None = Field(description="ISO 8601, or null if its end is not known.")


class PolicyOut(PolicySummaryOut):
    """A policy's text by section."""

    versions: list[VersionOut] = Field(description="The versions whose text can be shown, oldest first.")

    contacts: list[ContactOut]
    sections: list[SectionOut]
    starters: list[str] = Field(description="Questions to start with, written by the policy's owner.")
    max_question_chars: int = Field(description="The most Unicode code points that a question may have.")
    public_records: bool = Field(description="Whether what visitors send may become a public record.")
    feedback_days: int = Field(description="How many days feedback is kept; 0 if the service takes none.")
    paused: SwitchOut | None = Field(description="Present if the policy is paused, so that no question is answered.")
    notice: SwitchOut | None = Field(description="A sentence of the owner's to show above the chat.")
    wording: dict[str, dict[str, str]] = Field(
        description="The owner's own labels for the chat, by language, in place of those of /widget/{language}.json."
    )


class HealthOut(BaseModel):
    """The state of the process. `ok`: it is running. `ready`: it can answer."""

    status: Literal["ok", "ready"]


class FailedReloadOut(BaseModel):
    """A reload that failed, so that the service still answers from the old content. `at`: UTC, ISO 8601."""

    at: str
    reason: ReloadFailure


class ReadyOut(HealthOut):
    """Readiness. `failed_reload` is present if the last reload failed."""

    failed_reload: FailedReloadOut | None = None


class FieldErrorOut(BaseModel):
    """One field that is not valid."""

    pointer: str = Field(description="A JSON pointer into the body, or the name of a parameter.")
    detail: str


class ProblemOut(BaseModel):
    """Problem details (RFC 9457).

    The type is `about:blank`, or `urn:askpolicy:paused` if the owner has paused the policy. Then `detail` is to be
    shown to the visitor, `link` is the policy's page, and `until` is when the pause ends, if that is known.
    """

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldErrorOut] = Field(default=[], description="The invalid fields, with status 422 only.")
    link: str | None = Field(default=None, description="The policy's page, if the policy is paused.")
    until: str | None = Field(default=None, description="When the pause ends (ISO 8601), if the policy is paused.")
