"""The mail of an invitation to a seat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from accounts.base.mail import send

if TYPE_CHECKING:
    from accounts.admission.models import Invitation
    from accounts.viewers.middleware import ViewerRequest


def send_invitation(invitation: Invitation, request: ViewerRequest) -> bool:
    """Mail ``invitation``, in the language of ``request``; return whether it was sent."""
    context = {
        "invitation": invitation,
        "address": request.build_absolute_uri(invitation.get_absolute_url()),
    }
    subject = _("%(organisation)s vous invite dans le réseau")
    subject %= {"organisation": invitation.organisation.name}
    body = render_to_string("admission/email/invitation.txt", context)
    return send(invitation.email, subject, body)
