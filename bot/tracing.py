"""Traces for OpenTelemetry: how long each step of an answer took. They have no word, address, or header of a visitor.

Off unless `exporting` runs, which imports OpenTelemetry; until then, each function returns at once. There is no
ready-made instrumentation, because that records addresses and URLs. A caller's trace context (`traceparent`) is
ignored: it would let the page that sends it recognize the visitor in the traces. Exceptions are recorded by their type,
because their message may repeat what a visitor typed.
"""

from __future__ import annotations

import contextvars
import functools
import logging
import os
import re
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from importlib.metadata import PackageNotFoundError, distribution
from typing import TYPE_CHECKING, Literal, ParamSpec, TypedDict, TypeVar

from bot import __version__
from bot.settings import TracingSettings
from bot.types import AskPolicyError

if TYPE_CHECKING:
    from typing import Unpack

    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.sdk.trace.export import SpanExporter

# Every attribute that a span may have, and its name in OpenTelemetry.
NAMES = {
    "policy": "askpolicy.policy",
    "outcome": "askpolicy.outcome",
    "language": "askpolicy.language",
    "candidates": "askpolicy.candidates",
    "request_id": "askpolicy.request_id",
    "route": "http.route",
    "method": "http.request.method",
    "status": "http.response.status_code",
    "error": "error.type",
}
# Values are names of ours: ids, codes, route patterns. Anything else, such as a sentence, is left out.
_VALUE = re.compile(r"[\w./{}:*-]{1,100}", re.ASCII)
# Spans wait in memory, and are sent this often. If they are not taken, the oldest are dropped.
_MOST_WAITING, _MOST_AT_ONCE, _SEND_MILLISECONDS = 2_048, 512, 2_000
_SEND_TIMEOUT = 5.0
# How long a worker that stops waits for its last spans to be sent: less than its parent gives it in addition to the
# time for its answers.
_FLUSH_SECONDS = 1.5
_log = logging.getLogger("askpolicy.tracing")
_P = ParamSpec("_P")
_T = TypeVar("_T")


class Attributes(TypedDict, total=False):
    """What `note` takes; see NAMES."""

    policy: str
    outcome: str
    language: str
    candidates: int
    request_id: str
    route: str
    method: str
    status: int
    error: str


class _Recorder:
    """Makes spans, and sends them from a thread of its own. The only code that uses OpenTelemetry."""

    def __init__(self, exporter: SpanExporter, share: float) -> None:
        from opentelemetry import trace
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
        from opentelemetry.sdk.trace.sampling import ParentBasedTraceIdRatio

        self._api = trace
        own = {"service.name": "askpolicy", "service.version": __version__, "service.instance.id": str(uuid.uuid4())}
        # This provider is not OpenTelemetry's global one, so no other library can add spans to these traces.
        self._provider = TracerProvider(ParentBasedTraceIdRatio(share), Resource(own), shutdown_on_exit=False)
        self._provider.add_span_processor(
            BatchSpanProcessor(
                exporter,
                max_queue_size=_MOST_WAITING,
                max_export_batch_size=_MOST_AT_ONCE,
                schedule_delay_millis=_SEND_MILLISECONDS,
            )
        )
        self._tracer = self._provider.get_tracer("askpolicy")

    @contextmanager
    def span(self, name: str, kind: str) -> Iterator[None]:
        kinds = {"internal": self._api.SpanKind.INTERNAL, "server": self._api.SpanKind.SERVER}
        with self._tracer.start_as_current_span(
            name, kind=kinds[kind], record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield
            except BaseException as error:
                self.note({"error": type(error).__name__})
                span.set_status(self._api.StatusCode.ERROR)
                raise

    def note(self, attributes: Attributes) -> None:
        span = self._api.get_current_span()
        for key, value in attributes.items():
            if isinstance(value, int) or (isinstance(value, str) and _VALUE.fullmatch(value)):
                span.set_attribute(NAMES[key], value)
        if attributes.get("status", 0) >= 500:
            span.set_status(self._api.StatusCode.ERROR)

    def past(self, name: str, seconds: float) -> None:
        now = time.time_ns()
        self._tracer.start_span(name, start_time=now - int(seconds * 1e9)).end(now)

    def stop(self) -> None:
        # OpenTelemetry waits up to 30 s for a collector that does not reply.
        thread = threading.Thread(target=self._provider.shutdown, name="traces", daemon=True)
        thread.start()
        thread.join(_FLUSH_SECONDS)


_recorder: _Recorder | None = None
_NOTHING = nullcontext()


def span(name: str, kind: Literal["internal", "server"] = "internal") -> AbstractContextManager[None]:
    """Return a context whose time is recorded, as a part of the span around it."""
    return _NOTHING if _recorder is None else _recorder.span(name, kind)


def step(name: str) -> Callable[[Callable[_P, _T]], Callable[_P, _T]]:
    """Record the time of each call of the decorated function."""

    def decorate(function: Callable[_P, _T]) -> Callable[_P, _T]:
        @functools.wraps(function)
        def call(*args: _P.args, **kwargs: _P.kwargs) -> _T:
            if _recorder is None:
                return function(*args, **kwargs)
            with _recorder.span(name, "internal"):
                return function(*args, **kwargs)

        return call

    return decorate


def note(**attributes: Unpack[Attributes]) -> None:
    """Add attributes to the current span."""
    if _recorder is not None:
        _recorder.note(attributes)


def waited(since: float) -> None:
    """Record a wait that is over, as a part of the current span. since: its start, by `time.perf_counter`."""
    if _recorder is not None:
        _recorder.past("wait", time.perf_counter() - since)


def carry(work: Callable[[], _T]) -> Callable[[], _T]:
    """Return `work` in the current span, for another thread to do."""
    return work if _recorder is None else functools.partial(contextvars.copy_context().run, work)


def check(settings: TracingSettings) -> None:
    """Raise AskPolicyError if traces are wanted and OpenTelemetry is not installed."""
    if settings.url is None:
        return
    try:
        distribution("opentelemetry-exporter-otlp-proto-http")
    except PackageNotFoundError:
        raise AskPolicyError(
            "The setting 'tracing.url' needs OpenTelemetry: run pip install 'askpolicy[tracing]', or remove it."
        ) from None


@contextmanager
def exporting(settings: TracingSettings, exporter: SpanExporter | None = None) -> Iterator[None]:
    """Record spans, and send them to the collector at `settings.url`, if there is one.

    exporter: sends them somewhere else instead. Raises AskPolicyError if OpenTelemetry is not installed.
    """
    check(settings)
    if exporter is None and settings.url is None:
        yield
        return
    # OpenTelemetry would read other addresses, headers, certificates, and plugins from these.
    for name in [name for name in os.environ if name.startswith("OTEL_")]:
        del os.environ[name]
    global _recorder
    before, _recorder = _recorder, _Recorder(exporter or _exporter(str(settings.url)), settings.share)
    try:
        yield
    finally:
        ended, _recorder = _recorder, before
        ended.stop()


def _exporter(url: str) -> SpanExporter:
    """Return what sends spans to a collector, and to nobody else. The log says when they cannot be sent, and again when
    they can."""
    import requests
    from opentelemetry.exporter.otlp.proto.http import Compression
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace.export import SpanExportResult

    class Exporter(OTLPSpanExporter):
        failing = False

        def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
            result = super().export(spans)
            failing = result is not SpanExportResult.SUCCESS
            if failing and not self.failing:
                _log.warning("Traces are lost, because %s does not take them: check tracing.url.", url)
            elif self.failing and not failing:
                _log.info("Traces are sent to %s again.", url)
            self.failing = failing
            return result

    # Several lines for each try, every few seconds.
    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
    session = requests.Session()
    session.trust_env = False  # no proxy
    session.max_redirects = 0
    return Exporter(url, timeout=_SEND_TIMEOUT, compression=Compression.Gzip, session=session)
