"""The page of mails that could not be read."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.viewers.decorators import animator_required
from accounts.viewers.middleware import ViewerRequest
from forum.conversation.files.objects.actions import StorageFailed
from forum.mail.incoming_mail.models import MailResult
from forum.mail.thread_mail.quarantine import actions
from forum.mail.thread_mail.quarantine.models import QuarantinedMail
from forum.mail.thread_mail.reception import actions as reception

#: Of those that wait, the oldest, which the page shows.
_SHOWN = 20


@require_safe
@animator_required()
def quarantined_mails(request: ViewerRequest) -> HttpResponse:
    """The mails that could not be read, to threads that the animator reads."""
    rows = QuarantinedMail.objects.visible_to(request.viewer)
    rows = rows.with_beginnings().select_related("person", "thread")
    rows = rows.order_by("arrived_at", "pk")
    return render(request, "mail/thread_mail/quarantined_mails.html", {"mails": rows[:_SHOWN]})


@require_POST
@animator_required("quarantined-mails")
def retry_quarantined_mail(request: ViewerRequest, pk: int) -> HttpResponse:
    """Receive one once more, as the programs are now."""
    try:
        result = reception.retry_quarantined_mail(pk, request.viewer)
    except (StorageFailed, OSError):
        result = MailResult.UNTOLD
    if result is MailResult.UNTOLD:
        messages.error(
            request, _("Une panne passagère empêche de le lire : réessayez dans un moment.")
        )
    elif result in (MailResult.PUBLISHED, MailResult.HELD):
        messages.success(request, _("Ce courriel est lu : la personne en est prévenue."))
    elif result is MailResult.QUARANTINED:
        messages.error(request, _("Ce courriel reste illisible : il est gardé."))
    elif result in (
        MailResult.OTHER_SENDER, MailResult.UNKNOWN_ADDRESS, MailResult.UNPROVED,
    ):  # fmt: skip
        messages.error(
            request,
            _("Ce courriel n’est pas de la personne à qui est l’adresse : il est gardé."),
        )
    else:
        messages.success(request, _("Ce courriel est lu : rien de plus n’en est publié."))
    return redirect("quarantined-mails")


@require_POST
@animator_required("quarantined-mails")
def delete_quarantined_mail(request: ViewerRequest, pk: int) -> HttpResponse:
    """Delete one."""
    actions.delete_quarantined_mail(pk, request.viewer)
    messages.success(request, _("Ce courriel est effacé."))
    return redirect("quarantined-mails")
