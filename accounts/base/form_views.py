"""The one way to answer a form: saved text, errors, limits, refusals, what follows."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from accounts.base.resume_form import pop_saved_form

#: Renders the page of a form, with a status.
Render = Callable[[Any, int], HttpResponse]


class Limit(Protocol):
    """``RateLimit``, or what bounds in the same way."""

    def refusal(self, request: Any) -> str:
        """The reason why it may not be done now; "" where it may."""


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent by POST, as data of a form; None on a GET, where the form is unbound."""
    return request.POST if request.method == "POST" else None


def answer_form(
    request: HttpRequest,
    form: BaseForm,
    act: Callable[..., Any],
    render_page: Render,
    *,
    limit: Limit | None = None,
    error_field: str | None = None,
    refusal_status: int | None = None,
) -> HttpResponse:
    """What ``act`` leads to, where ``form`` was sent and is right; else the form's page.

    ``form`` is bound to ``posted(request)``. ``act`` takes its ``cleaned_data`` by name, and
    returns a response or what ``redirect`` takes.
    ``render_page(form, status)`` renders the page, with all that was typed: as saved before
    the person signed in anew (200), where a field is wrong (422), where ``limit`` is reached
    (429), and where ``act`` refuses (``refusal_status``, else ``status`` of the exception,
    else 403). What limits and refusals say stands beside the field that the exception names,
    else ``error_field``, else above all.
    """
    if request.method != "POST":
        form.initial = {**form.initial, **(pop_saved_form(request) or {})}
        return render_page(form, 200)
    if not form.is_valid():
        return render_page(form, 422)
    if limit and (too_often := limit.refusal(request)):
        form.add_error(error_field, too_often)
        return render_page(form, 429)
    try:
        target = act(**form.cleaned_data)
    except PermissionDenied as refusal:
        form.add_error(getattr(refusal, "field", None) or error_field, str(refusal))
        status: int = getattr(refusal, "status", 403)
        return render_page(form, refusal_status or status)
    return target if isinstance(target, HttpResponse) else redirect(target)


def form_page(
    request: HttpRequest, template: str, context: Mapping[str, Any] | None = None
) -> Render:
    """A function that renders ``template`` with ``context`` and a form, for ``answer_form``."""

    def render_page(form: BaseForm, status: int) -> HttpResponse:
        return render(request, template, {**(context or {}), "form": form}, status=status)

    return render_page
