"""The mails about an account that will be closed, or is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.base.mail import send, site_address
from accounts.base.mail_languages import in_language_of

if TYPE_CHECKING:
    from accounts.closing.models import AccountClosing
    from accounts.users.models import User


def send_asked(closing: AccountClosing) -> bool:
    """Mail when the account will be closed, and how to keep it; return whether it was sent."""
    return _send(_("Votre compte sera fermé"), "asked", closing.person.email, closing)


def send_taken_back(person: User) -> bool:
    """Mail that the account stays."""
    return _send(_("Votre compte reste ouvert"), "taken_back", person.email)


def send_inactive(closing: AccountClosing) -> bool:
    """Warn someone who has not come for very long."""
    person = closing.person
    with in_language_of(person.pk):
        return _send(_("Votre compte va être fermé"), "inactive", person.email, closing)


def send_closed(address: str, language: str) -> bool:
    """Mail an address that the site has just forgotten that the account is closed."""
    with override(language):
        return _send(_("Votre compte est fermé"), "closed", address)


def _send(subject: str, name: str, address: str, closing: AccountClosing | None = None) -> bool:
    days = settings.FORUM_RETENTION["inactive_accounts"]
    context = {
        "day": closing and timezone.localtime(closing.due_at).date(),
        "address": f"{site_address()}{reverse('close-account')}",
        "months": round(days / 30.5),
    }
    return send(
        address, subject, render_to_string(f"members/closing/email/{name}.txt", context)
    )
