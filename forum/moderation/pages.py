"""The page of a form that decides something, perhaps about a report."""

from collections.abc import Callable
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.base.form_views import answer_form
from accounts.base.parsing import parse_natural_number


def answer_decision(
    request: HttpRequest,
    form: Form,
    act: Callable[..., Any],
    context: dict[str, Any],
    template: str = "moderation/measure_form.html",
) -> HttpResponse:
    """As ``answer_form``, for what one may decide about a report.

    ``?signalement=`` is the report from which one comes, and to which one returns.
    """
    if "report_id" in form.fields:
        from_report = parse_natural_number(request.GET.get("signalement", ""))
        form.initial = {**form.initial, "report_id": from_report}

    def decide(**data: Any) -> Any:
        target, report_id = act(**data), data.get("report_id")
        return redirect("decide-report", report_id) if report_id else target

    def render_page(form: Form, status: int) -> HttpResponse:
        named = form["report_id"].value() if "report_id" in form.fields else None
        report_id = parse_natural_number(str(named or ""))
        shown = context | {"form": form, "report_id": report_id}
        return render(request, template, shown, status=status)

    return answer_form(request, form, decide, render_page, refusal_status=422)
