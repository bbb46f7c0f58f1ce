"""The button by which an address is mailed again."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.viewers.middleware import ViewerRequest
from forum.conversation.threads.login_redirects import registered_required
from forum.mail.thread_mail.bounces import actions


@require_POST
@registered_required("mail-settings")
def resume_mail(request: ViewerRequest) -> HttpResponse:
    """Mail the person again, at the address that they have."""
    viewer = request.viewer
    actions.resume_mail(viewer.person_id or 0)
    messages.success(request, _("L’envoi reprend. Si nos courriels reviennent, il s’arrête."))
    return redirect("mail-settings")
