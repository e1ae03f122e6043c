from __future__ import annotations

import threading

import pytest

from bot.policies.hosts import addresses_to_call, is_web_address, may_call, parse_address
from bot.types import AskPolicyError

USUAL = (80, 443)


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "1.1.1.1", "2606:4700::1111", "64:ff9b::5db8:d822", "::ffff:1.1.1.1"]
)
def test_public_addresses_may_be_called(address: str) -> None:
    assert may_call(address, allow_private=False)


PRIVATE = ["127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "::1", "fd12::1"]
NEVER = [
    "169.254.169.254",
    "169.254.1.1",
    "168.63.129.16",
    "100.100.100.200",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "0.0.0.0",  # noqa: S104
    "::",
    "224.0.0.1",
    "239.1.1.1",
    "ff02::1",
    "240.0.0.1",
    "255.255.255.255",
    "fec0::1",
    "2002:7f00:1::",
    "2001:0:7f00:1::",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::7f00:1",
    "::ffff:169.254.169.254",
    "::127.0.0.1",
    "no address",
]


@pytest.mark.parametrize("address", [*PRIVATE, *NEVER, "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1"])
def test_other_addresses_may_not_be_called(address: str) -> None:
    assert not may_call(address, allow_private=False)


@pytest.mark.parametrize("address", [*PRIVATE, "::ffff:127.0.0.1", "64:ff9b::a00:1"])
def test_an_intranet_may_be_allowed(address: str) -> None:
    assert may_call(address, allow_private=True)


@pytest.mark.parametrize("address", NEVER)
def test_metadata_and_reserved_addresses_never_may(address: str) -> None:
    assert not may_call(address, allow_private=True)


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://www.example.org/privacy", "https://www.example.org/privacy"),
        ("HTTPS://WWW.Example.ORG", "https://www.example.org/"),
        ("http://example.org:80/a?b=c#d", "http://example.org/a?b=c"),
        ("https://example.org/a%20b/ü", "https://example.org/a%20b/%C3%BC"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("http://[2606:4700:0::1111]/", "http://[2606:4700::1111]/"),
        ("http://１２７.0.0.1/", "http://127.0.0.1/"),
    ],
)
def test_addresses_have_one_form(text: str, url: str) -> None:
    assert parse_address(text, USUAL).url == url


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("file:///etc/passwd", "begins with file:"),
        ("ftp://example.org/", "begins with ftp:"),
        ("gopher://example.org/", "begins with gopher:"),
        ("https://me:secret@example.org/", "user name or password"),
        ("https://example.org\\@127.0.0.1/", "user name or password"),
        ("https://example.org:8443/", "port 8443"),
        ("https://example.org:22/", "port 22"),
        ("https://example.org:port/", "is not the address"),
        ("https:///privacy", "is not the address"),
        ("https://exa mple.org/", "is not the address"),
        ("https://example.org/\r\nX: y", "is not the address"),
        ("https://exam%70le.org/", "is not the address"),
        ("http://2130706433/", "is not the address"),
        ("http://0x7f000001/", "is not the address"),
        ("http://0177.0.0.1/", "is not the address"),
        ("http://127.1/", "is not the address"),
        ("http://0x7f.0.0.0x1/", "is not the address"),
        ("http://[::1/", "is not the address"),
        ("https://" + "a" * 3000, "is not the address"),
    ],
)
def test_what_is_no_page_is_refused_in_one_sentence(text: str, message: str) -> None:
    with pytest.raises(AskPolicyError, match=message) as refused:
        parse_address(text, USUAL)
    assert "secret" not in str(refused.value)
    assert len(str(refused.value)) < 500


def test_a_port_may_be_allowed() -> None:
    assert parse_address("https://example.org:8443/", (8443,)).origin == "https://example.org:8443"


@pytest.mark.parametrize(
    ("name", "answer"),
    [("https://x.org", True), ("FTP://x", True), ("massgov", False), ("a/b.html", False), ("c:/x", False)],
)
def test_addresses_are_told_from_files(name: str, answer: bool) -> None:
    assert is_web_address(name) is answer


def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    at = parse_address("https://example.org/", USUAL)
    with pytest.raises(AskPolicyError, match="private or reserved") as refused:
        addresses_to_call(at, lambda host, port: ["93.184.216.34", "10.1.2.3"], 5, allow_private=False)
    assert "10.1.2.3" not in str(refused.value)


def test_a_name_that_nobody_knows() -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise OSError

    with pytest.raises(AskPolicyError, match=r"There is no site at example\.org"):
        addresses_to_call(parse_address("https://example.org/", USUAL), unknown, 5, allow_private=False)


def test_looking_a_name_up_has_a_time_limit() -> None:
    done = threading.Event()

    def slow(host: str, port: int) -> list[str]:
        done.wait(10)
        return ["93.184.216.34"]

    with pytest.raises(AskPolicyError, match="could not be looked up in time"):
        addresses_to_call(parse_address("https://example.org/", USUAL), slow, 0.1, allow_private=False)
    done.set()
