"""Origins, lists, and the path under which a proxy serves the product."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.addresses import is_same_host, path_prefix, site_origin, split_list


@pytest.mark.parametrize(
    ("given_origin", "origin"),
    [
        ("https://www.example.org", "https://www.example.org"),
        ("https://www.example.org/", "https://www.example.org"),
        ("HTTPS://WWW.Example.ORG", "https://www.example.org"),
        ("https://www.example.org:443", "https://www.example.org"),
        ("http://www.example.org:443", "http://www.example.org:443"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("http://[0:0:0:0:0:0:0:1]", "http://[::1]"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
    ],
)
def test_an_origin_is_normalized_to_what_browsers_send(given_origin: str, origin: str) -> None:
    assert site_origin(given_origin) == origin
    assert site_origin(origin) == origin


@pytest.mark.parametrize(
    "origin",
    [
        "www.example.org",
        "https://",
        "https://www.example.org/chat",
        "https://www.example.org?x",
        "https://user@www.example.org",
        "https://www.example.org:99999",
        "https://www.example.org:0",
        "https://[::1",
        "https://[www.example.org]",
        "https://a b",
        "https://-a.example",
        "ftp://www.example.org",
        "//www.example.org",
        "https://" + "a" * 70 + "ü.example",
    ],
)
def test_an_invalid_origin_is_refused(origin: str) -> None:
    with pytest.raises(ValueError, match=r"such as https://www\.example\.org"):
        site_origin(origin)


@pytest.mark.parametrize("origin", ["*", "null", "https://*.example.org", "*://www.example.org"])
def test_an_origin_that_would_allow_anybody_is_refused(origin: str) -> None:
    with pytest.raises(ValueError, match="allows any page"):
        site_origin(origin)


@pytest.mark.parametrize(
    ("value", "items"),
    [
        ("https://a.example", ["https://a.example"]),
        ("a, b", ["a", "b"]),
        (" a\tb\n,c,, ", ["a", "b", "c"]),
        ("\"a\", 'b'", ["a", "b"]),
        ('["a", "b c"]', ["a", "b c"]),
        ("[]", []),
        ("", []),
    ],
)
def test_a_list_may_be_a_string(value: str, items: list[str]) -> None:
    assert split_list(value) == items


def test_a_list_is_unchanged_and_incomplete_json_is_refused() -> None:
    assert split_list(["a b"]) == ["a b"]
    with pytest.raises(ValueError, match="not valid JSON"):
        split_list('["a"')


@pytest.mark.parametrize(
    ("origin", "host", "same"),
    [
        ("http://127.0.0.1:8000", "127.0.0.1:8000", True),
        ("http://127.0.0.1:8001", "127.0.0.1:8000", False),
        ("https://chat.example.org", "chat.example.org", True),
        ("https://chat.example.org", "chat.example.org:443", True),
        ("http://chat.example.org", "chat.example.org:443", False),
        ("https://chat.example.org:8443", "chat.example.org", True),
        ("https://chat.example.org", "Chat.Example.org", True),
        ("https://other.example.org", "chat.example.org", False),
        ("https://chat.example.org.evil.example", "chat.example.org", False),
        ("https://evilchat.example.org", "chat.example.org", False),
        ("http://[::1]:8000", "[::1]:8000", True),
        ("http://[::2]:8000", "[::1]:8000", False),
        ("null", "null", False),
        ("null", "", False),
        ("", "", False),
        ("file://", "", False),
        ("https://", "", False),
    ],
)
def test_same_host(origin: str, host: str, same: bool) -> None:
    assert is_same_host(origin, host) is same


@given(st.text(), st.text())
def test_no_header_value_causes_a_failure(origin: str, host: str) -> None:
    assert is_same_host(origin, host) in {True, False}


@pytest.mark.parametrize(
    ("value", "prefix"),
    [("", ""), ("/", ""), ("/chat", "/chat"), ("/chat/", "/chat"), ("chat", "/chat"), ("/a/b", "/a/b")],
)
def test_a_prefix_is_normalized_to_one_form(value: str, prefix: str) -> None:
    assert path_prefix(value) == prefix


@pytest.mark.parametrize("value", ["/a b", "https://x.example/chat", "/../x", "/a//b", "/chat?x", "/v1", "/demo/x"])
def test_an_invalid_prefix_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="such as /chat"):
        path_prefix(value)
