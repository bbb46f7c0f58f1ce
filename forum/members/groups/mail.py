"""The mails of groups, sent after the commit: an invitation, a request, its answer.

A mail names the group and links to its page, which checks again who may read it. The list of
groups shows the same, so a mail that cannot be sent is not missed. A mail of one kind, group
and person is sent once a day at most, however often someone asks or invites and withdraws.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.base.mail import send
from accounts.base.mail_languages import in_language_of
from accounts.base.rate_limits import RateLimit
from accounts.groups.rules import current_contact
from accounts.models import GroupEntry

if TYPE_CHECKING:
    from accounts.users.models import User


#: The key: what is said, of which group, of whom.
_MAILS = RateLimit("group_mail", "1/d/key")


def mail_invitation(request: HttpRequest, entry: GroupEntry) -> None:
    """Tell the person invited, where the invitation is to one, who invites them."""
    if entry.person:
        with in_language_of(entry.person.pk):
            text = _("%(by)s vous invite dans le groupe de travail « %(group)s ».")
            # An invitation by address may be replaced by one by name: link to the list instead.
            url = reverse("groups") if entry.address else reverse("invitation", args=[entry.pk])
            _send(request, "invitation", entry.person, entry, text, url)


def mail_request(request: HttpRequest, entry: GroupEntry) -> None:
    """Tell the group's contact, if there is one today, who asks to join."""
    if contact := current_contact(entry.group):
        with in_language_of(contact.pk):
            text = _("%(person)s demande à entrer dans le groupe de travail « %(group)s ».")
            _send(request, "request", contact, entry, text, entry.group.get_absolute_url())


def mail_answer(request: HttpRequest, entry: GroupEntry) -> None:
    """Tell the person who asked the answer; the reason of a refusal is in the list."""
    if entry.person is None:
        return
    with in_language_of(entry.person.pk):
        if entry.outcome == "accepted":
            text = _("Votre demande est acceptée : vous êtes dans le groupe « %(group)s ».")
            url = entry.group.get_absolute_url()
        else:
            text = _("Votre demande d’entrer dans le groupe « %(group)s » n’est pas acceptée.")
            url = reverse("groups")
        _send(request, entry.outcome, entry.person, entry, text, url)


def _send(
    request: HttpRequest, kind: str, person: User, entry: GroupEntry, text: str, path: str
) -> None:
    key = f"{kind}:{entry.group_id}:{entry.person_id}"
    if _MAILS.allows(request, key):
        values = {"by": entry.created_by or "", "person": entry.person, "group": entry.group}
        url = request.build_absolute_uri(path)
        parts = _("Bonjour,"), text % values, url, _("L’équipe de Foirail")
        send(person.email, _("Groupe de travail : %(group)s") % values, "\n\n".join(parts))
