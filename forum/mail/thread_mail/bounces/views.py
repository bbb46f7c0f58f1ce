"""The button by which an address is mailed again."""

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.viewers import viewers
from forum.conversation.threads.login_redirects import redirect_to_sign_in
from forum.mail.thread_mail.bounces import actions


@require_POST
def resume_mail(request):
    """Mail the person again, at the address that they have."""
    viewer = viewers.get_viewer(request)
    if not viewer.is_registered:
        return redirect_to_sign_in(request, reverse("mail-settings"))
    actions.resume_mail(viewer.person_id)
    messages.success(request, _("L’envoi reprend. Si nos courriels reviennent, il s’arrête."))
    return redirect("mail-settings")
