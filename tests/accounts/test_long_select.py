"""Selects of many options, which are rendered once."""

import pytest
from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts.base.forms import LongSelect

CHOICES = [("", _("Choisissez…")), ("01", "Ain <1>"), (2, "Aisne & co"), ("2A", "Corse")]


class Plain(forms.Form):
    one = forms.ChoiceField(choices=CHOICES, required=False)


class Long(forms.Form):
    one = forms.ChoiceField(choices=CHOICES, required=False, widget=LongSelect)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("data", [None, {}, {"a-one": "01"}, {"a-one": 2}, {"a-one": "zz"}])
def test_a_long_select_is_what_django_renders(data, language):
    with override(language):
        for _again in range(2):
            long, plain = Long(data, prefix="a"), Plain(data, prefix="a")
            assert str(long["one"]) == str(plain["one"])


def test_a_long_select_says_what_is_chosen_now():
    chosen = [str(Long({"one": code})["one"]) for code in ("01", "2A", "01")]

    assert [it.count(" selected") for it in chosen] == [1, 1, 1]
    assert chosen[0] == chosen[2] != chosen[1]
