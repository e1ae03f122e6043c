"""A policy folder against a page on this machine that changes, over real HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from bot.commands.main import main
from bot.live.check import check_live
from bot.live.findings import LiveCheck
from bot.live.page import Stored
from bot.policies.folder import load_text
from bot.settings import Settings, load_settings
from tests.policies.web import Dripping, Site, http, redirect, site

PAGE = """<!doctype html><html lang="en"><title>Privacy policy - Maple</title>
<nav><a href="/">Home</a> <a href="/menu">Our menu</a></nav>
<main><h1>Privacy policy</h1>
<h2 id="keeping">What we keep</h2>
<p>We keep your order for 30 days. We delete it after that.</p>
<h2 id="never">What we never do</h2>
<p>We will never:</p><ul><li>sell your data</li><li>share it with advertisers</li></ul>
<h2 id="cookies">Cookies</h2>
<p>We set one cookie. It remembers your language.</p>
</main><footer>© 2026 Maple</footer></html>"""
ANSWERS = """[[answers]]
topics = ["data-sale"]
verdict = "no"
reviewed = 2026-11-27
cite = ["We will never: sell your data"]
[answers.text]
en = "Maple will never sell your data."
"""


class Owner:
    """A policy folder whose page is on a site that a test changes."""

    def __init__(self, web: Site, corpus: Path) -> None:
        self.web, self.corpus = web, corpus
        self.folder = corpus / "maple"
        self.folder.mkdir(parents=True)
        self.page = PAGE
        (self.folder / "page.html").write_text(PAGE, encoding="utf-8")
        (self.folder / "answers.toml").write_text(ANSWERS, encoding="utf-8")
        self.manifest()
        self.show(PAGE)

    def manifest(self, more: str = "", text: str = "page.html", path: str = "/privacy") -> None:
        digest = sha256((self.folder / text).read_bytes()).hexdigest()
        (self.folder / "manifest.toml").write_text(
            f'id = "maple"\ntext = "{text}"\nsha256 = "{digest}"\nurl = "{self.web.url}{path}"\n{more}',
            encoding="utf-8",
        )

    def show(self, page: str) -> None:
        self.web.replies["/privacy"] = http(body=page)

    def settings(self, **fetch: object) -> Settings:
        return load_settings(
            corpus=self.corpus,
            home=self.corpus.parent / "home",
            fetch={"allow_private": True, "ports": [self.web.port], **fetch},
        )

    def check(self, **fetch: object) -> LiveCheck:
        return check_live("maple", self.settings(**fetch))

    def texts(self, level: str = "wrong", **fetch: object) -> list[str]:
        return [finding.text for finding in self.check(**fetch).findings if finding.level == level]


@pytest.fixture
def owner(tmp_path: Path) -> Iterator[Owner]:
    with site() as web:
        yield Owner(web, tmp_path / "corpus")


def codes(result: LiveCheck) -> dict[str, str]:
    return {finding.code: finding.level for finding in result.findings}


class TestUnchanged:
    # Six statements: four sentences and two items.
    def test_every_statement_is_found(self, owner: Owner) -> None:
        result = owner.check()
        assert codes(result) == {"page_same": "ok"}
        assert result.counts == {
            "statements": 6,
            "found": 6,
            "changed": 0,
            "gone": 0,
            "new": 0,
            "places": 0,
            "answering": 0,
        }
        assert owner.web.paths() == ["/robots.txt", "/privacy"]

    @pytest.mark.parametrize(
        ("was", "now"),
        [
            ("Our menu", "Our new menu"),
            ("</main>", "</main><aside>Follow us!</aside>"),
            ("<p>We keep", "<p class='lead' data-x='1'>\n  We   keep"),
            ("© 2026", "© 2027"),
            ("<main>", "<script>track()</script><main>"),
        ],
    )
    def test_what_is_not_the_policy_may_change(self, owner: Owner, was: str, now: str) -> None:
        owner.show(PAGE.replace(was, now))
        assert codes(owner.check()) == {"page_same": "ok"}

    def test_new_headings_or_another_order_are_noted(self, owner: Owner) -> None:
        owner.show(PAGE.replace(">Cookies<", ">Cookies and the like<"))
        assert codes(owner.check()) == {"page_layout_changed": "note"}

    def test_a_policy_in_another_format_says_the_same(self, owner: Owner) -> None:
        lines = ["Privacy policy", "What we keep", "We keep your order for 30 days. We delete it after that."]
        lines += ["What we never do", "We will never:", "  • sell your data\n  • share it with advertisers"]
        lines += ["Cookies", "We set one cookie. It remembers your language."]
        (owner.folder / "policy.txt").write_text("\n\n".join(lines) + "\n", encoding="utf-8")
        owner.manifest(text="policy.txt")
        assert codes(owner.check()) == {"page_same": "ok"}


class TestChanged:
    def test_a_reworded_sentence_is_shown_by_word(self, owner: Owner) -> None:
        owner.show(PAGE.replace("for 30 days", "for 90 days"))
        result = owner.check()
        assert codes(result) == {"statement_changed": "wrong", "page_changed": "wrong"}
        (changed,) = (finding for finding in result.findings if finding.code == "statement_changed")
        assert "“We keep your order for [-30-] {+90+} days.”" in changed.text
        assert f"`askpolicy diff maple {owner.web.url}/privacy`" in result.findings[-1].text
        assert changed.details["was"] == "We keep your order for 30 days."
        assert {"kind": "removed", "words": "30"} in changed.details["words"]
        assert (result.counts["changed"], result.counts["found"]) == (1, 5)

    def test_words_added_to_a_sentence_are_a_change(self, owner: Owner) -> None:
        owner.show(PAGE.replace("We set one cookie.", "We set one cookie unless you object."))
        (changed, _) = owner.texts()
        assert "We set one [-cookie.-] {+cookie unless you object.+}" in changed

    def test_the_line_above_a_list_is_part_of_its_items(self, owner: Owner) -> None:
        owner.show(PAGE.replace("We will never:", "We may:"))
        result = owner.check()
        assert result.counts["changed"] + result.counts["gone"] == 2
        (sold,) = (f for f in result.findings if "sell your data" in f.text)
        assert sold.details["topics"] == ["data-sale"]
        assert "(cited by the reviewed answer on data-sale)" in sold.text

    def test_an_item_without_the_line_above_it_is_another_statement(self, owner: Owner) -> None:
        owner.show(PAGE.replace("<p>We will never:</p><ul><li>sell your data</li>", "<p>sell your data</p><ul>"))
        assert any("sell your data" in text and "cited by" in text for text in owner.texts())

    def test_a_removed_section(self, owner: Owner) -> None:
        start = PAGE.index('<h2 id="cookies">')
        owner.show(PAGE[:start] + PAGE[PAGE.index("</main>") :])
        result = owner.check()
        assert result.counts["gone"] == 2
        texts = [finding.text for finding in result.wrong]
        assert any("no longer says “We set one cookie.”" in text for text in texts)
        assert any("no longer has the place “cookies” that links to 2 statements name" in text for text in texts)

    def test_a_new_sentence(self, owner: Owner) -> None:
        owner.show(PAGE.replace("It remembers your language.", "It remembers your language. We also read your mail."))
        (new, changed) = owner.texts()
        assert new.endswith("says something that the chat does not know: “We also read your mail.”")
        assert "askpolicy migrate" in changed  # how to go on is said once

    def test_a_renamed_place(self, owner: Owner) -> None:
        owner.show(PAGE.replace('id="never"', 'id="we-never"'))
        (gone,) = owner.texts()
        assert "no longer has the place “never”" in gone

    def test_only_the_words_around_a_change_are_shown(self, owner: Owner) -> None:
        many = " ".join(f"w{number}" for number in range(40))
        page = PAGE.replace("We set one cookie.", f"We set {many} cookies.")
        (owner.folder / "page.html").write_text(page, encoding="utf-8")
        owner.manifest()
        owner.show(page.replace("w20", "x20"))
        (changed, _) = owner.texts()
        assert f"“… {' '.join(f'w{n}' for n in range(12, 20))} [-w20-] {{+x20+}} w21 " in changed
        assert changed.count("w28 …”") == 1

    def test_a_policy_at_an_address_is_read_again_by_index(self, owner: Owner) -> None:
        stored = Stored(load_text("maple", owner.corpus).policy, f"{owner.web.url}/privacy")
        assert stored.take_over == f"read it again with `askpolicy index {owner.web.url}/privacy`"
        assert stored.accept == ""

    def test_another_page(self, owner: Owner) -> None:
        owner.show("<main><h1>We are back soon</h1>" + "<p>Our site is being repaired by a team of people.</p>" * 9)
        (replaced, *_) = owner.texts()
        assert "Only 0 of 6 statements are on the page" in replaced
        assert "statement_gone" not in codes(owner.check())

    def test_differences_that_the_owner_knows_are_accepted(self, owner: Owner) -> None:
        owner.show(PAGE.replace("for 30 days", "for 90 days"))
        (digest,) = {f.details["sha256"] for f in owner.check().findings if f.code == "page_changed"}
        owner.manifest(f'page_sha256 = "{digest}"\n')
        result = owner.check()
        assert codes(result) == {"page_same": "ok"}
        assert "differ from the chat's text, as they did then: 1." in result.findings[0].text
        owner.show(PAGE.replace("for 30 days", "for 60 days"))
        assert "page_changed" in codes(owner.check())


class TestUnreachable:
    def test_a_page_that_has_moved_for_good(self, owner: Owner) -> None:
        owner.web.replies |= {"/privacy": redirect("/legal", 301), "/legal": http(body=PAGE)}
        result = owner.check()
        assert codes(result) == {"page_moved": "wrong", "page_same": "ok"}
        assert f"from {owner.web.url}/privacy to {owner.web.url}/legal: put the new address" in result.findings[0].text

    def test_a_page_that_is_elsewhere_for_now(self, owner: Owner) -> None:
        owner.web.replies |= {"/privacy": redirect("/legal", 302), "/legal": http(body=PAGE)}
        assert codes(owner.check()) == {"page_redirected": "note", "page_same": "ok"}

    @pytest.mark.parametrize(
        ("reply", "said"),
        [
            (http(404), "status 404"),
            (http(410), "status 410"),
            (http(503), "status 503"),
            (http(403), "status 403"),
            (http(body="<p>" + "x" * 21_000_000), "larger than 20 MB"),
            (http(body="<script>show()</script>"), "holds no text|only with JavaScript"),
            (http(body="<form><input type='password'></form>"), "login page|holds no text"),
            (http(body=b"\x89PNG", type="image/png"), "not a policy"),
            (redirect("/login"), "leads to a login page"),
        ],
        ids=["gone", "gone for good", "down", "refused", "huge", "script", "login", "picture", "to a login"],
    )
    def test_a_page_that_cannot_be_read(self, owner: Owner, reply: bytes, said: str) -> None:
        owner.web.replies["/privacy"] = reply
        (wrong,) = owner.texts()
        assert wrong.startswith("The policy's page cannot be read (")
        assert any(part in wrong for part in said.split("|")), wrong
        assert "save the page" not in wrong
        assert "correct `url` in the manifest" in wrong

    def test_a_slow_site_takes_no_longer_than_allowed(self, owner: Owner) -> None:
        owner.web.replies["/privacy"] = slow = Dripping(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n", 6)
        (wrong,) = owner.texts(seconds=1)
        assert "took longer than 1 seconds" in wrong
        assert not slow.ended

    def test_robots_txt_and_private_networks_are_respected(self, owner: Owner) -> None:
        owner.web.replies["/robots.txt"] = http(body="User-agent: *\nDisallow: /")
        (wrong,) = owner.texts()
        assert "robots.txt does not allow" in wrong
        (wrong,) = owner.texts(allow_private=False)
        assert "leads to a private or reserved network address" in wrong
        assert owner.web.paths() == ["/robots.txt"]

    def test_a_policy_without_an_address(self, owner: Owner, small_policy_file: Path) -> None:
        result = check_live(str(small_policy_file), owner.settings())
        assert codes(result) == {"no_url": "wrong"}


PLACES = """
[[contacts]]
role = "form"
name = "the form"
url = "{url}/form"
[[contacts]]
role = "email"
name = "write to us"
url = "mailto:privacy@maple.example"
[[contacts]]
role = "policy_questions"
name = "the end of the page"
url = "{url}/privacy#end"
[[contacts]]
role = "search"
name = "the search"
url = "{url}/form"
search_url = "https://maple.example/search?q={{question}}"
"""


class TestPlaces:
    def places(self, owner: Owner) -> dict[str, str]:
        """Return the finding about each place, by level."""
        result = owner.check()
        assert {f.code for f in result.findings if f.code.startswith("page")} == {"page_same"}
        return {f.text: f.level for f in result.findings if f.code.startswith("place")}

    def test_each_place_is_asked_once_and_nothing_is_downloaded(self, owner: Owner) -> None:
        owner.manifest(PLACES.format(url=owner.web.url))
        owner.web.replies["/form"] = http(body="A form")
        found = self.places(owner)
        assert found == {
            f"The contact 'the form' answers at {owner.web.url}/form.": "ok",
            # The port of this site is the only one that may be called here.
            "The search of 'the search' at https://maple.example/search?q=privacy does not answer ("
            f"https://maple.example is called on port 443, and only {owner.web.port} are allowed): correct the address "
            "in manifest.toml, or remove it there.": "wrong",
        }
        asked = [request.split()[:2] for request in owner.web.asked]
        assert asked[2:] == [["GET", "/robots.txt"], ["HEAD", "/form"]]

    @pytest.mark.parametrize(
        ("reply", "level", "said"),
        [
            (http(404), "wrong", "does not answer (status 404)"),
            (http(500), "wrong", "does not answer (status 500)"),
            (redirect("/"), "wrong", "leads to the start page"),
            (http(403), "note", "does not answer programs (status 403)"),
            (redirect("/account/login"), "note", "cannot be checked by a program"),
            (redirect("/new", 308), "note", "put the new address into the manifest"),
            (redirect("/new", 302), "ok", "answers at"),
            (redirect("http://169.254.169.254/"), "wrong", "does not answer"),
            (b"SSH-2.0-OpenSSH_9.6\r\n", "wrong", "does not accept connections, or ends them early"),
        ],
        ids=["404", "500", "start page", "403", "login", "moved", "elsewhere", "metadata", "no http"],
    )
    def test_a_contact(self, owner: Owner, reply: bytes, level: str, said: str) -> None:
        owner.manifest(f'[[contacts]]\nrole = "form"\nname = "the form"\nurl = "{owner.web.url}/form"\n')
        owner.web.replies |= {"/form": reply, "/new": http(body="new"), "/": http(body="start")}
        ((text, found),) = self.places(owner).items()
        assert (found, said in text) == (level, True), text

    def test_a_site_without_answers_to_head_is_asked_for_the_page(self, owner: Owner) -> None:
        owner.manifest(f'[[contacts]]\nrole = "form"\nname = "the form"\nurl = "{owner.web.url}/form"\n')

        def only_get(connection: object) -> None:
            reply = http(405) if owner.web.asked[-1].startswith("HEAD") else http(body="x" * 500_000)
            connection.sendall(reply)  # type: ignore[attr-defined]

        owner.web.replies["/form"] = only_get
        assert list(self.places(owner).values()) == ["ok"]

    def test_a_slow_contact_does_not_take_the_time_of_the_others(self, owner: Owner) -> None:
        owner.manifest(
            "".join(
                f'[[contacts]]\nrole = "form"\nname = "{name}"\nurl = "{owner.web.url}/{name}"\n'
                for name in ("slow", "fast")
            )
        )
        owner.web.replies |= {"/slow": Dripping(b"", b"", 6), "/fast": http(body="x")}
        result = owner.check(seconds=1)
        assert [f.level for f in result.findings if f.code.startswith("place")] == ["wrong", "ok"]


class TestCommand:
    @pytest.fixture
    def run(self, owner: Owner, monkeypatch: pytest.MonkeyPatch) -> Owner:
        monkeypatch.setenv("ASKPOLICY_CORPUS", str(owner.corpus))
        monkeypatch.setenv("ASKPOLICY_POLICY", "maple")
        monkeypatch.setenv("ASKPOLICY_FETCH__ALLOW_PRIVATE", "true")
        monkeypatch.setenv("ASKPOLICY_FETCH__PORTS", str(owner.web.port))
        return owner

    def test_the_terminal_gets_a_sentence_each(self, run: Owner, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["check", "--live"]) == 0
        assert capsys.readouterr().out == "ok     The page says what was read: all 6 statements are on it.\n"
        run.show(PAGE.replace("one cookie", "two cookies"))
        assert main(["check", "--live"]) == 1
        lines = capsys.readouterr().out.splitlines()
        assert [line[:7] for line in lines] == ["WRONG  ", "WRONG  "]

    def test_json_has_everything(self, run: Owner, capsys: pytest.CaptureFixture[str]) -> None:
        run.show(PAGE.replace("one cookie", "two cookies"))
        assert main(["check", "--live", "--json", "--policy", "maple"]) == 1
        shown = json.loads(capsys.readouterr().out)
        assert (shown["policy"], shown["ok"], shown["counts"]["changed"]) == ("maple", False, 1)
        assert shown["findings"][0]["was"] == "We set one cookie."

    def test_monitoring_gets_one_line(self, run: Owner, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["check", "--live", "--line"]) == 0
        assert capsys.readouterr().out == (
            "ASKPOLICY OK - maple: the page and the places are as expected | "
            "statements=6 found=6 changed=0 gone=0 new=0 places=0 answering=0\n"
        )
        run.show(PAGE.replace("one cookie", "two | \n cookies"))
        assert main(["check", "--live", "--line"]) == 1
        said = capsys.readouterr().out
        assert said.startswith("ASKPOLICY CRITICAL - maple: The page ")
        assert (said.count("\n"), said.count("|")) == (1, 1)

    def test_a_form_without_the_live_check_is_refused(self, run: Owner, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["check", "--json"]) == 1
        assert "add --live" in capsys.readouterr().err

    def test_many_findings_of_a_kind_are_cut_on_a_terminal(
        self, run: Owner, capsys: pytest.CaptureFixture[str]
    ) -> None:
        more = "".join(f"<p>We also do thing number {number} for you.</p>" for number in range(15))
        run.show(PAGE.replace("</main>", f"{more}</main>"))
        assert main(["check", "--live"]) == 1
        assert "… and 5 more of the kind statement_new" in capsys.readouterr().out
