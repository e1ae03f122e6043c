"""The labels of the chat in other languages."""

from __future__ import annotations

import pytest

from tests.widget.conftest import Visitor
from tests.widget.servers import FakeService


class TestLanguages:
    """The script contains the English labels; those of other languages come from the service."""

    def test_labels_are_requested_once_and_only_if_needed(self, visit: Visitor, fake_service: FakeService) -> None:
        def asked() -> list[str]:
            paths = [path for path, _ in fake_service.received if path.startswith("/widget/")]
            return [path for path in paths if path != "/widget/personal-data.json"]

        visit().open()
        assert asked() == []
        chat = visit(language="es")
        chat.open()
        chat.page.evaluate("document.querySelector('policy-chat').heading = 'Pregunte'")
        assert asked() == ["/widget/es.json"]

    def test_english_is_not_shown_first_in_another_language(self, visit: Visitor, fake_service: FakeService) -> None:
        fake_service.words = "late"
        chat = visit(language="es")
        assert not chat.launcher.is_visible()
        chat.page.evaluate("document.querySelector('policy-chat').open()")
        fake_service.words = "ok"
        chat.page.get_by_role("dialog", name="Pregunte sobre nuestra política de privacidad").wait_for()

    @pytest.mark.thorough
    def test_late_labels_replace_only_english_labels(self, visit: Visitor, fake_service: FakeService) -> None:
        fake_service.words = "late"
        chat = visit(language="es")
        chat.open()
        assert chat.page.locator("dialog").get_attribute("lang") == "en"
        chat.ask("Do you sell my data?")
        assert fake_service.asked()[0]["language"] == "es"
        chat.box.fill("A draft")
        fake_service.words = "ok"
        chat.button("Preguntar").wait_for()
        assert chat.focused() == "textarea#question"
        assert chat.box.input_value() == "A draft"
        assert chat.turns.count() == 1

    def test_labels_are_english_until_the_translation_arrives(self, visit: Visitor, fake_service: FakeService) -> None:
        fake_service.words = "missing"
        chat = visit(language="es")
        chat.launcher.wait_for()
        assert chat.launcher.inner_text() == "Ask about our privacy policy"
        fake_service.words = "ok"
        chat.open()
        chat.button("Preguntar").wait_for()

    @pytest.mark.thorough
    def test_a_missing_or_invalid_label_is_english(self, visit: Visitor, fake_service: FakeService) -> None:
        fake_service.new_words = {"ask": "", "hint": None, "in_effect": "Desde {day}", "of_tomorrow": "Mañana"}
        chat = visit(language="es")
        chat.open()
        chat.button("Ask").wait_for()
        assert chat.page.get_by_text("Please leave out personal details.").is_visible()
        assert chat.page.get_by_text("In effect since 13 de junio de 2023").is_visible()
        assert chat.page.get_by_text("Su pregunta", exact=True).is_visible()
