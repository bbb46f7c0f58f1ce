"""The page of a form that decides something, with its errors, and what follows."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.base.parsing import parse_natural_number
from accounts.base.resume_form import pop_saved_form


def answer_form(
    request: HttpRequest,
    form: Form,
    act: Callable[..., Any],
    context: dict[str, Any],
    template: str = "moderation/measure_form.html",
) -> HttpResponse:
    """The page of ``form``; where it was sent and is right, ``act(**its data)``.

    ``?signalement=`` is the report from which one comes, and to which one returns.
    ``act`` returns where to go on otherwise. What it refuses is an error on the page, which
    keeps all that was typed.
    """
    if request.method == "POST" and form.is_valid():
        try:
            target = act(**form.cleaned_data)
            report_id = form.cleaned_data.get("report_id")
            return redirect("decide-report", report_id) if report_id else redirect(target)
        except PermissionDenied as refusal:
            form.add_error(getattr(refusal, "field", None), str(refusal))
    if request.method != "POST":
        form.initial |= {"report_id": parse_natural_number(request.GET.get("signalement", ""))}
        form.initial |= pop_saved_form(request) or {}
    named = form["report_id"].value() if "report_id" in form.fields else None
    context = context | {"form": form, "report_id": parse_natural_number(str(named or ""))}
    return render(request, template, context, status=422 if form.errors else 200)
