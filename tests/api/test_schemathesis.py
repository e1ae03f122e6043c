"""The service against its own OpenAPI document: what schemathesis makes up, with all of its checks.

SCHEMATHESIS_EXAMPLES sets how many examples an operation gets (`make schemathesis`: 300, more than 2,000 in all).
"""

from __future__ import annotations

import os

import hypothesis
import pytest
import schemathesis
from schemathesis import Case
from schemathesis.config import SchemathesisConfig

from tests.api.running import Running

EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "20"))


@pytest.fixture(scope="session")
def document(running: Running) -> schemathesis.BaseSchema:
    config = SchemathesisConfig.from_dict({"generation": {"max-examples": EXAMPLES, "mode": "all"}})
    return schemathesis.openapi.from_url(f"{running.url}/openapi.json", config=config)


schema = schemathesis.pytest.from_fixture("document")


@schema.parametrize()
@hypothesis.settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(hypothesis.HealthCheck)
)
def test_what_is_sent_gets_what_is_promised(case: Case) -> None:
    case.call_and_validate()
