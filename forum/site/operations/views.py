"""The page of background tasks: what runs by the clock, and what has failed for good."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.viewers.decorators import animator_required
from accounts.viewers.middleware import ViewerRequest
from forum.base.outgoing_mail.queries import outgoing_figures, remaining_today
from forum.mail.incoming_mail.queries import mail_figures
from forum.site.operations import actions
from forum.site.operations.queries import (
    dead_task_count,
    dead_tasks,
    is_worker_missing,
    schedule_statuses,
    waiting_task_count,
)


@require_safe
@animator_required()
def background_tasks(request: ViewerRequest) -> HttpResponse:
    """Every schedule with its last and next run; dead tasks, with what each said."""
    context = {
        "schedules": schedule_statuses(),
        "dead": dead_tasks(),
        "dead_count": dead_task_count(),
        "waiting_count": waiting_task_count(),
        "is_worker_missing": is_worker_missing(),
        "mail_figures": mail_figures(),
        "outgoing_figures": outgoing_figures(),
        "remaining_mails": remaining_today(),
    }
    return render(request, "site/operations/background_tasks.html", context)


@require_POST
@animator_required("background-tasks")
def retry_task(request: ViewerRequest, pk: str) -> HttpResponse:
    """Have a dead task tried once more."""
    actions.retry_task(pk)
    messages.success(request, _("C’est noté : cette tâche est reprise dans un instant."))
    return redirect("background-tasks")


@require_POST
@animator_required("background-tasks")
def discard_task(request: ViewerRequest, pk: str) -> HttpResponse:
    """Give a dead task up."""
    actions.discard_task(pk)
    messages.success(request, _("Cette tâche est abandonnée."))
    return redirect("background-tasks")
