"""The evaluation tab, which `app.py` adds."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from tests.demo.visiting import DemoVisit, desktop

if TYPE_CHECKING:
    from playwright.sync_api import Route


@pytest.mark.thorough
@desktop
class TestEvaluationTab:
    def test_a_run_shows_its_progress_and_plots(self, visit: DemoVisit) -> None:
        visit.go_to("Evaluation")
        visit.page.get_by_role("button", name="Run the evaluation now").click()
        visit.page.get_by_role("progressbar").wait_for()
        visit.page.get_by_role("heading", name="Wrong answers").wait_for()
        assert "questions were asked" in visit.page.locator("#progress").inner_text()
        assert visit.page.get_by_role("img").count() == 2
        assert visit.page.get_by_role("button", name="Run the evaluation now").is_enabled()


@desktop
def test_an_evaluation_can_be_resumed_if_it_was_refused_halfway(visit: DemoVisit) -> None:
    """The rate limit refuses a request: the next run continues from there."""
    from playwright.sync_api import expect

    visit.go_to("Evaluation")
    run = visit.page.get_by_role("button", name="Run the evaluation now")
    asked = itertools.count()

    def limit(route: Route) -> None:
        if next(asked) < 3:
            route.continue_()
        else:
            route.fulfill(status=429, json={"error": "Too many questions: try again in 20 seconds."})

    visit.page.route("**/run/predict", limit)
    run.click()
    visit.page.get_by_text("try again in 20 seconds").wait_for()
    expect(run).to_be_enabled()
    assert "questions asked" in visit.page.locator("#progress").inner_text()
    visit.page.unroute("**/run/predict")
    run.click()
    visit.page.get_by_role("heading", name="Wrong answers").wait_for()
    expect(run).to_be_enabled()
    expect(visit.page.get_by_text("try again in 20 seconds")).to_have_count(0)
