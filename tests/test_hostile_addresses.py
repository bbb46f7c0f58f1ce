"""No number, date or key in an address or a form is answered with an error of the server."""

import logging
import re
from functools import cache
from itertools import cycle, product
from urllib.parse import urlencode

import pytest
from django import forms
from django.core import cache as caches
from django.db import connection, transaction
from django.urls import URLPattern, get_resolver

from accounts.base.parsing import MAX_NUMBER
from tests.test_house import CODE

#: Ids that no row bears, or none can.
IDS = ["0", "007", "-1", "٣", str(2**31), str(MAX_NUMBER), str(MAX_NUMBER + 1), "9" * 5000]
#: Other parts of an address: of a word, a date of the newsletter, a number.
WORDS = ["nulle-part", "0001-01", "9999-53", "9" * 400]
#: A key that no row bears, the same each time: an address is asked once.
KEY = "8f3c1f9e-5d0a-4c57-9a51-2f6f0b7e4d10"
#: What forms and query strings may say of a number, a date or a key.
VALUES = [
    *IDS, "0001-01-01", "01/01/0001", "9999-12-31", "2026-02-30", "9999-12-31T23:59:59Z",
    "0001-01-01T00:00:00+02:00", "NaN", "1e999", "1,2", "0x1F", "[" * 5000, KEY,
    "1." + "9" * 500,
]  # fmt: skip
_FORM = "application/x-www-form-urlencoded"
_READ = re.compile(r"(?:GET|POST|params|data|sent|query)(?:\.get(?:list)?\(|\[)\"(\w+)\"")
_PLACE = re.compile(r"<(?:(\w+):)?\w+>|\(\?P<\w+>[^)]*\)")


def subclasses(of):
    return set().union({of}, *map(subclasses, of.__subclasses__()))


@cache
def names():
    """The names of all fields of forms, and of what views read beside them."""
    read = {name for source in CODE.values() for name in _READ.findall(source)}
    fields = {
        name for form in subclasses(forms.BaseForm) for name in getattr(form, "base_fields", ())
    }
    asked = {"q", "page", "sujet", "territoire", "depuis", "avant", "jusqu", "taille", "cout"}
    return sorted((read | fields | asked) - {"next"})


def routes(patterns=None, before=""):
    """The patterns of all addresses, whole."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(pattern.pattern).removeprefix("^").removesuffix("$")
        if isinstance(pattern, URLPattern):
            yield route
        else:
            yield from routes(pattern.url_patterns, route)


def address_of(route, pk, word):
    """An address of ``route``, with the id ``pk`` and the ``word`` in the places for such."""

    def part(place):
        return {"id": pk, "uuid": KEY}.get(place[1], word)

    return "/" + _PLACE.sub(part, route).replace("\\", "")


@pytest.fixture(autouse=True)
def _no_logs_of_refusals(caplog):
    """Records keep their requests, of which some have addresses of a megabyte."""
    caplog.set_level(logging.ERROR, "django.request")
    caplog.set_level(logging.CRITICAL, "django.security")


def errors(browser, asked):
    """What of ``asked`` is answered with 500: method, address and value."""
    browser.raise_request_exception = False
    cookies, every_name, wrong = browser.cookies.copy(), names(), []
    for method, address, value in asked:
        caches.cache.clear()  # Limits on how much one asks in a while.
        browser.cookies = cookies.copy()
        before = transaction.savepoint_create()
        said = dict.fromkeys(every_name, value)
        if method == "post":  # As forms without files are sent, which is read in half the time.
            answer = browser.post(address, urlencode(said), content_type=_FORM)
        else:
            answer = browser.get(address, said)
        transaction.savepoint_rollback(before)
        transaction.savepoint_commit(before)  # Else each stands within the one before.
        if answer.status_code >= 500:
            wrong.append((method, address[:80], value[:40]))
    return wrong


def test_addresses_of_numbers_and_days_that_no_database_holds_are_of_nothing(
    jeanne, browser_of
):
    number = MAX_NUMBER + 1
    expected = {"/recherche/?depuis=0001-01-01": 200} | dict.fromkeys(
        [f"/experiences/{number}/", f"/outils/{number}/", "/semaine/0001-01/"], 404
    )
    browser = browser_of(jeanne)
    browser.raise_request_exception = False
    assert {address: browser.get(address).status_code for address in expected} == expected


@pytest.mark.parametrize("role", ["guest", "projects"])
def test_a_sample_of_all_addresses_takes_any_number_and_date(people, thread, browser_of, role):
    asked = []
    for n, route in list(enumerate(sorted(routes())))[::24]:
        pk, word = [*IDS, str(thread.pk)][n % (len(IDS) + 1)], WORDS[n % len(WORDS)]
        asked.append(("get", address_of(route, pk, word), VALUES[n % len(VALUES)]))
        asked.append(
            ("post", address_of(route, str(thread.pk), word), VALUES[-n % len(VALUES)])
        )
    assert len(asked) > 20
    assert errors(browser_of(getattr(people, role)), asked) == []


#: Who asks which half, on SQLite; PostgreSQL is asked the other half as an animator.
_HALVES = {"guest": 0, "projects": 1, "animator": 0}
_ON_BOTH = [pytest.mark.postgresql, pytest.mark.sqlite]


@pytest.mark.deep
@pytest.mark.long
@pytest.mark.no_cover
@pytest.mark.parametrize(
    "role", ["guest", "projects", pytest.param("animator", marks=_ON_BOTH)]
)
def test_all_addresses_take_any_number_and_date(people, thread, browser_of, role):
    every_route, methods = sorted(routes()), ("get", "post")
    asked = [
        (method, address_of(route, pk, word), "1")
        for (pk, word), route, method in product(
            zip(IDS, cycle(WORDS), strict=False), every_route, methods
        )
    ]
    # Each value is for one of an address's two methods. Where an animator is let in, others
    # seldom are: they say half as many values to each.
    step = 2 if role == "animator" else 4
    asked += [
        (method, address_of(route, str(thread.pk), WORDS[0]), value)
        for n, (route, method) in enumerate(product(every_route, methods))
        for value in VALUES[n % step :: step]
    ]
    asked = list(dict.fromkeys(asked))
    assert len(asked) > 5000
    half = _HALVES[role] if connection.vendor == "sqlite" else 1
    asked = [one for n, one in enumerate(asked) if n // 2 % 2 == half]
    assert errors(browser_of(getattr(people, role)), asked) == []
