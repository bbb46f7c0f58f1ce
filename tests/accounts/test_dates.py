"""Dates as each language writes them."""

from datetime import date, datetime

import pytest
from django.template import engines
from django.utils.timezone import make_aware
from django.utils.translation import override

from accounts.base.dates import date_format

FIRST, SECOND = date(2026, 12, 1), date(2026, 12, 2)
MOMENT = make_aware(datetime(2026, 12, 1, 1, 30))


def written(value, format):
    return (
        engines["django"]
        .from_string(f"{{{{ value|date:'{format}' }}}}")
        .render({"value": value})
    )


@pytest.mark.parametrize(
    ("language", "value", "format", "words"),
    [
        ("fr", FIRST, "j F Y", "1er décembre 2026"),
        ("fr", SECOND, "j F Y", "2 décembre 2026"),
        ("fr", FIRST, "DATE_FORMAT", "1er décembre 2026"),
        (
            "fr",
            make_aware(datetime(2026, 12, 1, 1, 30)),
            "l j N, G \\h i",
            "mardi 1er déc., 1 h 30",
        ),
        ("fr", FIRST, "\\j\\o\\u\\r j", "jour 1er"),
        ("en", FIRST, "j F Y", "1 December 2026"),
    ],
)
def test_the_first_of_a_month_is_an_ordinal_in_french(language, value, format, words):
    with override(language):
        assert written(value, format) == words
        assert date_format(value, format) == words


def test_a_date_that_is_not_there_is_nothing():
    assert written(None, "j F Y") == ""
