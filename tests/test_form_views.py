"""One way to answer a form: nothing that was typed is lost, whatever comes of it."""

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import get_resolver

from accounts.base.exceptions import FieldRefusal
from accounts.base.form_views import answer_form, posted
from accounts.base.rate_limits import LimitReached
from forum.base.rules import Refused


class WishForm(forms.Form):
    """A wish, of one line, and for how many."""

    wish = forms.CharField()
    number = forms.IntegerField(initial=1)


class Spent:
    """A limit that is reached."""

    def refusal(self, request):
        return "Plus tard."


def page(form, status):
    """What the page of the form would show, as text."""
    shown = [form["wish"].value(), form["number"].value()]
    return HttpResponse(f"{shown} {form.errors.get_json_data()}", status=status)


def answer(act=None, sent=None, saved=None, **options):
    """The answer to the form as asked for, or as it was ``sent``."""
    request = RequestFactory().post("/voeu/", sent) if sent else RequestFactory().get("/voeu/")
    request.user, request.session = AnonymousUser(), {}
    if saved:
        request.session["kept"] = {"path": "/voeu/", "typed": saved}
    return answer_form(request, WishForm(posted(request)), act, page, **options)


def test_a_form_begins_with_what_was_typed_before_signing_in():
    assert answer().content.decode() == "[None, 1] {}"
    assert answer(saved={"wish": "Un puits"}).content.decode() == "['Un puits', 1] {}"


def test_what_is_wrong_comes_back():
    wrong = answer(sent={"wish": "Un puits", "number": "deux"}, limit=Spent())

    assert wrong.status_code == 422
    assert "['Un puits', 'deux']" in wrong.text and "'number': [" in wrong.text


def test_what_is_sent_too_often_comes_back():
    def act(wish, number):
        pytest.fail("The limit is asked first.")

    sent = {"wish": "Un puits", "number": "2"}
    late = answer(act, sent, limit=Spent(), error_field="wish")

    assert late.status_code == 429
    assert "['Un puits', '2']" in late.text and "'wish': [{'message': 'Plus tard.'" in late.text


@pytest.mark.parametrize(
    ("refusal", "options", "status", "field"),
    [
        (Refused("Non."), {}, 403, "__all__"),
        (PermissionDenied("Non."), {"error_field": "wish"}, 403, "wish"),
        (FieldRefusal("Non.", "number"), {"error_field": "wish"}, 422, "number"),
        (LimitReached("Non."), {}, 429, "__all__"),
        (Refused("Non."), {"refusal_status": 422}, 422, "__all__"),
    ],
)
def test_what_an_action_refuses_comes_back(refusal, options, status, field):
    def act(wish, number):
        raise refusal

    refused = answer(act, {"wish": "Un puits", "number": "2"}, **options)

    assert refused.status_code == status
    assert "['Un puits', '2']" in refused.text and f"'{field}': [" in refused.text


def test_what_is_right_is_done_once_and_leads_on():
    done = []

    def act(wish, number):
        done.append((wish, number))
        return "/puits/"

    assert answer(act, {"wish": "Un puits", "number": "2"}).url == "/puits/"
    assert done == [("Un puits", 2)]
    said = answer(lambda wish, number: HttpResponse(wish), {"wish": "Un puits", "number": "2"})
    assert said.text == "Un puits"


def _forms(of=forms.BaseForm):
    """Each form of the site."""
    for one in of.__subclasses__():
        yield from _forms(one)
        if one.__module__.startswith(("accounts.", "forum.")):
            yield one


def test_what_a_page_says_to_itself_is_bounded():
    """Anybody may write it: it was compared and kept for as long as somebody made it."""
    get_resolver().url_patterns  # noqa: B018  All views, and so all forms, are imported.
    unbounded = {
        f"{form.__module__}.{form.__qualname__}.{name}"
        for form in _forms()
        for name, field in form.base_fields.items()
        if type(field) is forms.CharField
        if field.widget.is_hidden and field.max_length is None
    }

    assert len([*_forms()]) > 100 and unbounded == set()
