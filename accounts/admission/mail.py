"""The one mail of admission: an invitation, to whom the contact of an organisation named."""

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils.translation import gettext as _


def send_invitation(invitation, request):
    """Mail ``invitation``, in the language of the page that sends it."""
    context = {
        "invitation": invitation,
        "address": request.build_absolute_uri(invitation.get_absolute_url()),
    }
    subject = _("%(organisation)s vous invite dans le réseau")
    EmailMessage(
        subject % {"organisation": invitation.organisation.name},
        render_to_string("accounts/email/invitation.txt", context),
        to=[invitation.email],
        headers={"Auto-Submitted": "auto-generated"},
    ).send()
