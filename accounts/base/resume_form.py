"""Form data of people whose session has expired: saved, and shown again after sign-in.

It is stored in the guest's session, whose data sign-in keeps. What is typed in the fields of
all our forms is saved, but for passwords, files, boxes to tick, and the fields that a form
names in ``unsaved_fields``: codes, and choices in a list that is shown again.
"""

from collections.abc import Callable, Iterator
from functools import cache, wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.base.rate_limits import RateLimit

View = Callable[..., HttpResponseBase]
_SESSION_KEY = "kept"
#: Ours, as opposed to forms of libraries.
_PACKAGES = ("accounts.", "forum.")
#: Fields that are never saved: secrets, files, and what is one click each.
_UNSAVED_WIDGETS = (
    forms.PasswordInput,
    forms.FileInput,
    forms.CheckboxInput,
    forms.CheckboxSelectMultiple,
    forms.SelectMultiple,
)
#: Characters saved in all: enough for the longest draft of the charter. Bounded, because
#: guests could fill the database with sessions.
_MAX_CHARACTERS = 62_000
#: Forms of guests that are saved: each is a row of the database. A town hall shares an address.
_SAVED_FORMS = RateLimit("save-form", "60/h/ip,200/d/ip")
#: Seconds after which a guest's session with saved data expires.
_GUEST_SESSION_SECONDS = 3600


def login_required_returning_to(
    page_name: str, *url_kwargs: str, keep_form: bool = False
) -> Callable[[View], View]:
    """A decorator for a view of signed-in people whose form is on the page ``page_name``.

    Guests are sent to sign-in and then to that page, not to the view, which may only take
    POST. ``url_kwargs``: those of the view's arguments that the page's address takes.
    ``keep_form``: save what was typed, where the page's form shows it again.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.user.is_authenticated:
                return view(request, *args, **kwargs)
            address = reverse(page_name, kwargs={name: kwargs[name] for name in url_kwargs})
            if keep_form:
                return redirect_to_login_keeping_form(request, address)
            if request.method == "POST":
                words = _("Votre session avait pris fin : connectez-vous, puis recommencez.")
                messages.warning(request, words)
            return redirect_to_login(address, reverse("account_login"))

        return guarded

    return decorate


def redirect_to_login_keeping_form(
    request: HttpRequest, address: str | None = None, form_path: str | None = None
) -> HttpResponse:
    """Save the form data of ``request``; redirect to sign-in and then to ``address``.

    Without ``address``, back to the request's own path. The data is for the form at
    ``form_path``, by default the request's own path too.
    """
    is_first = _SESSION_KEY not in request.session
    if _posted_fields(request) and not _SAVED_FORMS.allows(request):
        words = _(
            "Votre session avait pris fin, et trop de textes ont été gardés depuis votre "
            "réseau : revenez en arrière et copiez le vôtre, puis connectez-vous."
        )
        messages.warning(request, words)
    elif typed := save_form(request, form_path):
        _tell_what_is_saved(request, typed, is_first)
        request.session.set_expiry(_GUEST_SESSION_SECONDS)
    return redirect_to_login(address or request.path, reverse("account_login"))


def _tell_what_is_saved(request: HttpRequest, typed: dict[str, str], is_first: bool) -> None:
    is_whole = all(len(typed[it]) >= len(sent) for it, sent in _posted_fields(request).items())
    if is_first or not is_whole:
        words = (
            _("Votre session avait pris fin. Votre texte est gardé : connectez-vous.")
            if is_whole
            else _(
                "Votre session avait pris fin. Votre texte est trop long pour être gardé "
                "en entier : revenez en arrière et copiez-le, puis connectez-vous."
            )
        )
        messages.warning(request, words)


def save_form(request: HttpRequest, path: str | None = None) -> dict[str, str]:
    """Save the form data of ``request`` for ``path`` (its own by default); return it."""
    if typed := _truncated_fields(request):
        # Set by the middleware name_last_person.
        last: int | None = request.last_person_id()  # type: ignore[attr-defined]
        if last is not None:
            typed.setdefault("writer", str(last))
        request.session[_SESSION_KEY] = {"path": path or request.path, "typed": typed}
    return typed


def pop_saved_form(request: HttpRequest, path: str | None = None) -> dict[str, str] | None:
    """Remove and return the data saved for ``path`` (the request's own by default), or None.

    Where the form has a ``writer`` field (the id of the person it was shown to), only that
    person gets the data; where it has none, whoever had signed in last in this browser, if the
    browser says who that was.
    """
    saved = request.session.get(_SESSION_KEY)
    if not saved or saved["path"] != (path or request.path):
        return None
    del request.session[_SESSION_KEY]
    typed: dict[str, str] = saved["typed"]
    writer = typed.pop("writer", "")
    return typed if writer in ("", str(request.user.pk)) else None


@cache
def saved_fields() -> frozenset[str]:
    """The names of the fields that are saved: of all forms that are loaded with the URLs.

    And ``writer``, which a template adds: see ``pop_saved_form``.
    """
    names = {"writer"}
    for form in _own_forms(forms.BaseForm):
        fields: dict[str, forms.Field] = getattr(form, "base_fields", {})
        saved = fields.keys() - getattr(form, "unsaved_fields", frozenset())
        names |= {it for it in saved if not isinstance(fields[it].widget, _UNSAVED_WIDGETS)}
    return frozenset(names)


def _own_forms(base: type[forms.BaseForm]) -> Iterator[type[forms.BaseForm]]:
    for form in base.__subclasses__():
        if form.__module__.startswith(_PACKAGES):
            yield form
        yield from _own_forms(form)


def _truncated_fields(request: HttpRequest) -> dict[str, str]:
    typed: dict[str, str] = {}
    remaining = _MAX_CHARACTERS
    # Short fields first, so that only the longest text is cut.
    for name, sent in sorted(_posted_fields(request).items(), key=lambda it: len(it[1])):
        typed[name] = sent[:remaining]
        remaining -= len(typed[name])
    return typed


def _posted_fields(request: HttpRequest) -> dict[str, str]:
    """The posted fields to save, by name, without the prefix of the form.

    Where one is sent several times, its values are joined by commas. Those of a form that a
    page has in several rows keep their prefix.
    """
    sent: dict[str, str] = {}
    for field in request.POST:
        name = field.rpartition("-")[2]
        if name in saved_fields():
            is_of_row = field.partition("-")[0] in _row_prefixes()
            value = ",".join(request.POST.getlist(field))
            sent.setdefault(field if is_of_row else name, value)
    return sent


@cache
def _row_prefixes() -> frozenset[str]:
    """How the prefixes begin of forms that a page has in rows: their ``row_prefix``."""
    prefixes = {getattr(form, "row_prefix", "") for form in _own_forms(forms.BaseForm)}
    return frozenset(prefixes - {""})
