"""Authentication-Results are read as RFC 8601 has them, and believed of one server only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.mail.incoming_mail.authentication import (
    fails_dmarc,
    parse_authentication_results,
    passes_dmarc,
)

OURS = "mx.example.org"


@pytest.mark.parametrize("header", [
    "mx.example.org; dmarc=pass header.from=commune.fr",
    "MX.Example.org 1; spf=pass smtp.mailfrom=commune.fr; dmarc=PASS header.from=Commune.FR",
    'mx.example.org; dkim=pass reason="a; dmarc=fail" header.d=a.fr; dmarc=pass (p=reject (x)'
    " dis=none) header.from=commune.fr",
    "mx.example.org; dmarc/1=pass policy.dmarc=none header.from=commune.fr",
    "mx.example.org; dmarc=pass",
    '"mx.example.org"; dmarc=pass header.from="commune.fr"',
    "mx.example.org (our server; dmarc=fail);\tdmarc = pass header.from = commune.fr",
    "mx.example.org; dmarc=pass header.from=maire@commune.fr",
])  # fmt: skip
def test_a_pass_of_our_own_server_is_one(header):
    assert passes_dmarc([header], OURS, "commune.fr")


@pytest.mark.parametrize("header", [
    "mx.example.org; dmarc=fail header.from=commune.fr",
    "mx.example.org; dmarc=none header.from=commune.fr",
    "mx.example.org; dmarc=pass header.from=other.fr",
    "mx.example.org; dmarc=passed header.from=commune.fr",
    "mx.example.org; none",
    "mx.example.org",
    "other.example.org; dmarc=pass header.from=commune.fr",
    "mx.example.org.other.fr; dmarc=pass header.from=commune.fr",
    "mx.example.org (; dmarc=pass header.from=commune.fr",
    "mx.example.org; (dmarc=pass header.from=commune.fr)",
    'mx.example.org; spf=fail reason="; dmarc=pass header.from=commune.fr"',
    'mx.example.org; spf=fail reason="; dmarc=pass header.from=commune.fr',
    "mx.example.org; xdmarc=pass header.from=commune.fr",
    "; dmarc=pass", "", "dmarc=pass; mx.example.org", "mx.example.org 1 2; dmarc=pass",
    "mx.example.org;" + " " * 20_000 + "dmarc=pass",
])  # fmt: skip
def test_anything_else_is_none(header):
    assert not passes_dmarc([header], OURS, "commune.fr")


@pytest.mark.parametrize(("header", "fails"), [
    ("mx.example.org; dmarc=fail header.from=commune.fr", True),
    ("mx.example.org; dmarc=fail (p=none dis=none)", True),
    ("mx.example.org; dmarc=pass header.from=other.fr", True),
    ("mx.example.org; dmarc=pass header.from=commune.fr", False),
    ("mx.example.org; dmarc=none header.from=commune.fr", False),
    ("mx.example.org; dmarc=temperror header.from=commune.fr", False),
    ("mx.example.org; spf=fail smtp.mailfrom=commune.fr", False),
    ("other.example.org; dmarc=fail header.from=commune.fr", False),
    ("", False),
])  # fmt: skip
def test_a_fail_of_our_own_server_is_one_and_silence_is_none(header, fails):
    assert fails_dmarc([header], OURS, "commune.fr") is fails
    assert not fails_dmarc([header], "", "commune.fr")


def test_the_topmost_of_our_server_that_tells_counts():
    forged = "mx.example.org; dmarc=pass header.from=commune.fr"
    real = "mx.example.org; dmarc=fail header.from=commune.fr"
    other = "mx.example.org; spf=pass smtp.mailfrom=commune.fr"

    assert not passes_dmarc([other, real, forged], OURS, "commune.fr")
    assert passes_dmarc([other, forged, real], OURS, "commune.fr")


@pytest.mark.parametrize("header", [
    '""; dmarc=pass header.from=commune.fr', '" "; dmarc=pass', "; dmarc=pass", "dmarc=pass",
    "mx.example.org; dmarc=pass header.from=commune.fr",
])  # fmt: skip
@pytest.mark.parametrize("nobody", ["", " "])
def test_where_no_server_is_named_none_is_believed(header, nobody):
    assert not passes_dmarc([header], nobody, "commune.fr")


def test_a_header_of_nobody_is_none():
    assert parse_authentication_results('""; dmarc=pass') is None


def test_what_it_is_of_is_read():
    found = parse_authentication_results(
        'Mx.Example.Org 1; dkim=pass header.d=A.fr header.b="x\\"y"; spf=none'
    )
    assert found.authserv_id == OURS
    assert found.results == [
        ("dkim", "pass", {"header.d": "a.fr", "header.b": 'x"y'}),
        ("spf", "none", {}),
    ]


@given(st.text(alphabet='mx.;=()"\\ dmarcpsfhet/1\x00', max_size=200))
def test_no_text_breaks_it(text):
    parse_authentication_results(text)
    assert not passes_dmarc([text], OURS, "commune.fr")
