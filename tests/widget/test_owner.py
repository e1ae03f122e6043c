"""What the owner of a policy decides in the widget: its labels and contacts, and whether words become records."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from bot.wording import interface
from tests.widget.conftest import Chat, Visitor
from tests.widget.servers import FakeService

RECORD = interface()["share_record"]
CONTACTS = [
    {"role": "email", "name": "privacy@maple.example", "url": "mailto:privacy@maple.example"},
    {"role": "phone", "name": "617-555-0100", "url": "tel:+16175550100"},
    {"role": "form", "name": "Maple Bakery's form", "url": "https://maple.example/form"},
]


def opened(visit: Visitor, **attributes: str) -> Chat:
    chat = visit(**attributes)
    chat.open()
    return chat


class TestLabels:
    OWN: ClassVar = {"en": {"heading": "Ask Maple Bakery", "ask": "Ask us"}, "es": {"ask": "Preguntar a Maple"}}

    def test_the_owners_labels_replace_the_default_ones(self, visit: Visitor, fake_service: FakeService) -> None:
        fake_service.about = {"wording": self.OWN}
        chat = opened(visit)
        chat.page.get_by_role("heading", name="Ask Maple Bakery", exact=True).wait_for()
        assert chat.button("Ask us").is_visible()
        # What the owner did not set keeps its default.
        assert chat.page.get_by_text(interface()["starters"]).is_visible()

    def test_each_language_has_labels_of_its_own(self, visit: Visitor, fake_service: FakeService) -> None:
        fake_service.about = {"wording": self.OWN}
        chat = opened(visit, language="es")
        chat.button("Preguntar a Maple").wait_for()
        assert chat.page.get_by_role("heading", name=interface("es")["heading"], exact=True).is_visible()

    def test_the_pages_heading_wins(self, visit: Visitor, fake_service: FakeService) -> None:
        fake_service.about = {"wording": self.OWN}
        chat = opened(visit, heading="Ask+the+baker")
        chat.button("Ask us").wait_for()
        assert chat.page.get_by_role("heading", name="Ask the baker", exact=True).is_visible()

    def test_labels_are_text_and_never_markup(self, visit: Visitor, fake_service: FakeService) -> None:
        fake_service.about = {"wording": {"en": {"heading": "<img src=x onerror=alert(1)>"}}}
        chat = opened(visit)
        chat.page.get_by_role("heading", name="<img src=x onerror=alert(1)>").wait_for()
        assert chat.page.locator("policy-chat img").count() == 0


def test_a_language_that_the_owner_does_not_offer_becomes_english(visit: Visitor, fake_service: FakeService) -> None:
    fake_service.about = {"languages": ["en", "vi"]}
    chat = opened(visit, language="es")
    chat.page.get_by_role("heading", name=interface()["heading"], exact=True).wait_for()
    assert chat.page.get_by_role("heading", name=interface("es")["heading"], exact=True).count() == 0
    chat.page.locator("policy-chat").evaluate("chat => { chat.language = 'vi'; }")
    chat.page.get_by_role("heading", name=interface("vi")["heading"], exact=True).wait_for()


class TestContacts:
    def test_mail_and_phone_open_the_visitors_own_programs(self, visit: Visitor, fake_service: FakeService) -> None:
        fake_service.about = {"contacts": CONTACTS}
        fake_service.changes = {"next_steps": CONTACTS}
        chat = opened(visit)
        chat.ask("How long do you keep orders?")
        for links in (chat.newest.locator(".next"), chat.page.locator(".contacts")):
            mail, phone, form = (links.get_by_role("link", name=contact["name"]) for contact in CONTACTS)
            assert mail.get_attribute("href") == "mailto:privacy@maple.example"
            assert phone.get_attribute("href") == "tel:+16175550100"
            for link in (mail, phone):
                assert link.get_attribute("target") is None
                assert "new tab" not in (link.text_content() or "")
            assert (form.get_attribute("href"), form.get_attribute("target")) == (CONTACTS[2]["url"], "_blank")
            assert "opens in a new tab" in (form.text_content() or "")

    def test_mail_and_phone_in_a_quote_are_links(self, visit: Visitor, fake_service: FakeService) -> None:
        quote = "Write to privacy@maple.example or call 617-555-0100."
        links = [
            {"text": c["name"], "start": (at := quote.index(c["name"])), "end": at + len(c["name"]), "url": c["url"]}
            for c in CONTACTS[:2]
        ]
        cited = {"number": 1, "quote": quote, "start": 0, "end": len(quote), "section": "", "passage_id": "m-1"}
        fake_service.changes = {"citations": [{**cited, "url": None, "links": links}]}
        chat = opened(visit)
        chat.ask("Do you sell my data?")
        for contact in CONTACTS[:2]:
            link = chat.newest.locator("blockquote").get_by_role("link", name=contact["name"], exact=True)
            assert (link.get_attribute("href"), link.get_attribute("target")) == (contact["url"], None)

    @pytest.mark.parametrize(
        "url",
        [
            "javascript:alert(1)",
            "mailto:a@b.example?bcc=c@d.example",
            "mailto:",
            "tel:call-us",
            "data:text/html,x",
            " mailto:a@b.example",
            None,
        ],
    )
    def test_any_other_address_is_no_link(self, visit: Visitor, fake_service: FakeService, url: str | None) -> None:
        bad: list[dict[str, Any]] = [{"role": "email", "name": "Bad", "url": url}]
        fake_service.about, fake_service.changes = {"contacts": [*bad, CONTACTS[0]]}, {"next_steps": bad}
        chat = opened(visit)
        chat.ask("How long do you keep orders?")
        chat.page.locator(".contacts").get_by_role("link", name="privacy@maple.example").wait_for()
        assert chat.page.get_by_role("link", name="Bad").count() == 0


@pytest.mark.parametrize(
    ("about", "shown"), [({"public_records": True}, True), ({"public_records": False}, False), ({}, False)]
)
def test_only_a_public_body_speaks_of_public_records(
    visit: Visitor, fake_service: FakeService, about: dict[str, bool], shown: bool
) -> None:
    fake_service.about = about
    chat = opened(visit)
    chat.ask("Do you sell my data?")
    chat.button("No").click()
    chat.page.get_by_role("checkbox").wait_for()
    assert (RECORD in chat.page.locator(".feedback").inner_text()) is shown
    assert ("public record" in chat.page.locator("dialog").inner_text().replace("public records request", "")) is shown
