"""Real requests to sites on this machine, which `fetch.allow_private` allows in all tests but those of that guard."""

from __future__ import annotations

import gzip
import ssl
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.policies import hosts
from bot.policies.fetch import MAX_REDIRECTS, USER_AGENT, Fetched, fetch
from bot.policies.hosts import Resolver, system_resolver
from bot.settings import FetchSettings
from bot.types import AskPolicyError
from tests.policies.web import POLICY, Dripping, Site, certificate, http, redirect, site

LIMIT = 1_000_000


@pytest.fixture
def web() -> Iterator[Site]:
    with site() as opened:
        opened.replies["/"] = http(body=POLICY)
        yield opened


def get(
    web: Site, path: str = "/", *, seconds: float = 20, resolve: Resolver = system_resolver, host: str = "127.0.0.1"
) -> Fetched:
    settings = FetchSettings(allow_private=True, ports=(web.port,), seconds=seconds)
    return fetch(web.url.replace("127.0.0.1", host) + path, settings, LIMIT, resolve)


def fails(web: Site, message: str, path: str = "/", **options: float) -> str:
    with pytest.raises(AskPolicyError, match=message) as failed:
        get(web, path, **options)  # type: ignore[arg-type]
    said = str(failed.value)
    assert said.endswith(".")
    assert "\n" not in said
    return said


def test_a_page_is_fetched_under_an_honest_name(web: Site) -> None:
    assert get(web) == Fetched(POLICY.encode(), f"{web.url}/", "html", "utf-8")
    assert web.paths() == ["/robots.txt", "/"]
    for request in web.asked:
        assert f"Host: 127.0.0.1:{web.port}\r\n" in request
        assert f"User-Agent: {USER_AGENT}\r\n" in request
        assert "Cookie" not in request
    assert USER_AGENT.startswith("AskPolicy/")


@pytest.mark.parametrize(
    ("type", "kind", "charset"),
    [
        ("text/html", "html", None),
        ('application/xhtml+xml; charset="UTF-8"', "html", "utf-8"),
        ("text/plain; charset=iso-8859-1", None, "iso-8859-1"),
        ("text/markdown", "markdown", None),
        ("application/pdf", None, None),
        ("application/octet-stream", None, None),
    ],
)
def test_the_server_names_kind_and_encoding(web: Site, type: str, kind: str | None, charset: str | None) -> None:
    web.replies["/"] = http(body=POLICY, type=type)
    page = get(web)
    assert (page.kind, page.charset) == (kind, charset)


@pytest.mark.parametrize("type", ["image/png", "application/json", "text/css", "video/mp4", "application/rss+xml"])
def test_what_is_no_document_is_no_policy(web: Site, type: str) -> None:
    web.replies["/"] = http(body=POLICY, type=type)
    fails(web, f"is not a policy but “{type}”".replace("+", r"\+"))


@pytest.mark.parametrize(
    ("status", "message"),
    [(404, "There is no page"), (410, "There is no page"), (401, "asks for a login"), (403, "refuses programs"),
     (429, "not available now"), (500, "not available now"), (503, "not available now"), (302, "refuses programs")],
)  # fmt: skip
def test_each_status_has_its_sentence(web: Site, status: int, message: str) -> None:
    web.replies["/"] = http(status, "Privacy policy")
    assert str(status) in fails(web, message)


def test_redirects_are_followed_and_the_last_address_counts(web: Site) -> None:
    web.replies |= {"/a": redirect("/b?c=d"), "/b?c=d": redirect(f"{web.url}/", 308)}
    assert get(web, "/a").url == f"{web.url}/"
    assert web.paths().count("/robots.txt") == 1


def test_a_loop_of_redirects_ends(web: Site) -> None:
    web.replies |= {"/a": redirect("/b"), "/b": redirect("/a")}
    fails(web, f"redirects more than {MAX_REDIRECTS} times", "/a")
    assert len(web.paths()) == MAX_REDIRECTS + 2


def test_a_cookie_wall_that_sends_readers_round_ends(web: Site) -> None:
    web.replies["/"] = http(302, Location="/", Set_Cookie="seen=1")
    fails(web, "sites that require cookies")
    assert not any("seen=1" in request for request in web.asked)


@pytest.mark.parametrize(
    ("to", "message"),
    [
        ("http://169.254.169.254/latest/meta-data/", "169.254.169.254 is called on port 80"),
        ("file:///etc/passwd", "begins with file:"),
        ("ftp://127.0.0.1/policy", "begins with ftp:"),
        ("http://me:secret@127.0.0.1/", "user name or password"),
        ("//127.0.0.1:1/", "port 1,"),
        ("/account/login?next=/privacy", "leads to a login page"),
        ("https://sso.example.org:443/", "port 443"),
    ],
)
def test_each_redirect_is_checked(web: Site, to: str, message: str) -> None:
    web.replies["/"] = redirect(to)
    fails(web, message)


@pytest.mark.parametrize("host", ["169.254.169.254", "[::ffff:169.254.169.254]", "metadata.example"])
def test_a_redirect_to_a_clouds_metadata_is_refused_even_in_an_intranet(web: Site, host: str) -> None:
    web.replies["/"] = redirect(f"http://{host}/latest/meta-data/")
    settings = FetchSettings(allow_private=True, ports=(web.port, 80))
    names = {"metadata.example": ["169.254.169.254"]}
    with pytest.raises(AskPolicyError, match="leads to a private or reserved"):
        fetch(web.url, settings, LIMIT, lambda host, port: names.get(host) or system_resolver(host, port))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "inside.example"])
def test_this_machine_is_not_called_unless_that_is_allowed(web: Site, host: str) -> None:
    settings = FetchSettings(ports=(web.port,))
    names = {"inside.example": ["127.0.0.1"]}
    with pytest.raises(AskPolicyError, match=r"leads to a private or reserved|There is no site"):
        fetch(f"http://{host}:{web.port}/", settings, LIMIT, lambda h, p: names.get(h) or system_resolver(h, p))
    assert web.calls == 0


def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """127.0.0.2 is the public address that a hostile name has at first, and 127.0.0.1 the private one it has later."""
    monkeypatch.setattr(hosts, "may_call", lambda address, allow_private: address == "127.0.0.2")
    answers = iter(["127.0.0.2"])
    looked_up: list[str] = []

    def rebinding(host: str, port: int) -> list[str]:
        looked_up.append(host)
        return [next(answers, "127.0.0.1")]

    with site(address="127.0.0.2") as public, site(port=public.port) as inside:
        public.replies["/"] = http(body=POLICY)
        inside.replies["/"] = http(body="<p>secret personal data</p>")
        page = fetch(f"http://rebinding.example:{public.port}/", FetchSettings(ports=(public.port,)), LIMIT, rebinding)
        assert page.data == POLICY.encode()
        assert inside.calls == 0
        assert looked_up == ["rebinding.example"]
        assert f"Host: rebinding.example:{public.port}\r\n" in public.asked[-1]


def test_a_second_address_is_tried_if_the_first_does_not_answer(web: Site) -> None:
    assert get(web, resolve=lambda host, port: ["127.0.0.3", "127.0.0.1"], host="two.example").data == POLICY.encode()


def test_a_site_that_is_not_there(web: Site) -> None:
    web.close()
    fails(web, "does not accept connections")


@pytest.mark.parametrize(
    "reply",
    [
        Dripping(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n", 6),
        Dripping(b"HTTP/1.1 200 OK\r\nX-Long: ", b"x", 6),
        Dripping(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>personal data</p>", b"x", 6),
        Dripping(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n", 6),
        Dripping(b"", b"", 6),
    ],
    ids=["headers", "one header", "body", "chunks", "silence"],
)
def test_a_page_that_drips_takes_no_longer_than_allowed(web: Site, reply: Dripping) -> None:
    """The site ends by itself after six seconds, so that a fetch without a limit ends, too."""
    web.replies["/"] = reply
    fails(web, "took longer than 1 seconds", seconds=1)
    assert not reply.ended


def test_an_endless_page_is_too_large(web: Site) -> None:
    web.replies["/"] = endless = Dripping(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", b"x" * 500_000, 8)
    fails(web, "larger than 1 MB")
    assert not endless.ended


def test_a_small_page_that_unpacks_to_a_huge_one_is_too_large(web: Site) -> None:
    bomb = gzip.compress(b"a" * 50_000_000)
    assert len(bomb) < 100_000
    web.replies["/"] = http(body=bomb, Content_Encoding="gzip")
    fails(web, "larger than 1 MB")


def test_a_packed_page_is_unpacked(web: Site) -> None:
    web.replies["/"] = http(body=gzip.compress(POLICY.encode()), Content_Encoding="gzip")
    assert get(web).data == POLICY.encode()
    web.replies["/"] = http(body=zlib.compress(POLICY.encode()), Content_Encoding="deflate")
    assert get(web).data == POLICY.encode()


def test_what_cannot_be_unpacked(web: Site) -> None:
    web.replies["/"] = http(body=b"no gzip", Content_Encoding="gzip")
    fails(web, "cannot be unpacked")
    web.replies["/"] = http(body=b"x", Content_Encoding="zstd, br")
    fails(web, "is packed as “zstd, br”")


def test_what_is_no_http(web: Site) -> None:
    web.replies["/"] = b"SSH-2.0-OpenSSH_9.6\r\n"
    fails(web, "does not accept connections, or ends them early")
    web.replies["/"] = http(body=POLICY)[:-10]
    fails(web, "does not accept connections, or ends them early")


ROBOTS = "User-agent: *\nDisallow: /\nAllow: /legal/\n\nUser-agent: askpolicy\nDisallow: /p*.html$\n"


@pytest.mark.parametrize(("path", "allowed"), [("/privacy.html", False), ("/privacy", True), ("/other", True)])
def test_robots_txt_is_respected(web: Site, path: str, allowed: bool) -> None:
    web.replies |= {"/robots.txt": http(body=ROBOTS, type="text/plain"), path: http(body=POLICY)}
    if allowed:
        get(web, path)
    else:
        fails(web, "robots.txt does not allow programs", path)
        assert web.paths() == ["/robots.txt"]


def test_robots_txt_is_asked_before_each_redirect(web: Site) -> None:
    web.replies |= {"/robots.txt": http(body="User-agent: *\nDisallow: /hidden"), "/": redirect("/hidden")}
    fails(web, "does not allow programs")
    assert "/hidden" not in web.paths()


@pytest.mark.parametrize(("status", "allowed"), [(404, True), (403, True), (500, False), (503, False)])
def test_a_robots_txt_that_cannot_be_read(web: Site, status: int, allowed: bool) -> None:
    web.replies["/robots.txt"] = http(status, "User-agent: *\nDisallow: /")
    if allowed:
        get(web)
    else:
        fails(web, "which says what may be fetched, cannot be read")


def test_a_robots_txt_may_be_elsewhere_and_huge(web: Site) -> None:
    web.replies["/robots.txt"] = redirect("/r")
    web.replies["/r"] = http(body="User-agent: *\nDisallow: /\n" + "# more\n" * 400_000)
    fails(web, "does not allow programs")


@pytest.mark.parametrize(
    ("named", "trusted", "message"),
    [("policy.example", True, None), ("other.example", True, "Hostname mismatch"), ("policy.example", False, "self")],
)
def test_a_certificate_must_be_trusted_and_for_the_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str, trusted: bool, message: str | None
) -> None:
    files = certificate(tmp_path, named)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*files)
    asked_for: list[str | None] = []
    context.sni_callback = lambda _socket, name, _context: asked_for.append(name)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(files[0]))
    with site(context=context) as web:
        web.replies["/"] = http(body=POLICY)
        if message is None:
            page = get(web, resolve=lambda host, port: ["127.0.0.1"], host="policy.example")
            assert page.url == f"https://policy.example:{web.port}/"
        else:
            with pytest.raises(AskPolicyError, match=f"no certificate that can be trusted .*{message}"):
                get(web, resolve=lambda host, port: ["127.0.0.1"], host="policy.example")
            assert web.asked == []
    assert set(asked_for) == {"policy.example"}


def test_no_proxy_is_used(web: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert get(web).data == POLICY.encode()
