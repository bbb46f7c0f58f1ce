"""The mail with the code by which one claims what one wrote to a list."""

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from accounts.base.mail import send


def send_claim_code(address: str, code: str) -> bool:
    """Mail ``code`` to ``address``; return whether it was sent."""
    body = render_to_string("mail/mail_archives/claim_code.txt", {"code": code})
    return send(address, _("Votre code pour reprendre vos messages"), body)
