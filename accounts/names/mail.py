"""The mail about a change of name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.base.mail import send, site_address

if TYPE_CHECKING:
    from accounts.users.models import User


def send_name_changed(person: User, before: str, name: str) -> bool:
    """Mail ``person`` that their name was ``before`` and is ``name`` now."""
    context = {
        "before": before, "name": name, "address": f"{site_address()}{reverse('account')}",
    }  # fmt: skip
    text = render_to_string("members/names/email/changed.txt", context)
    return send(person.email, _("Votre nom a changé"), text)
