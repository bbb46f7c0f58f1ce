"""What groups say by mail, after the commit: an invitation, a request, the answer to it.

A mail names the group and leads to its page, which asks anew who may read it. Where none
can be sent all is as before: whoever is concerned finds it on their page of groups. So it is
where the same was said of the same person and group within a day: nobody is drowned in
letters by someone who asks and takes back, or invites and takes back.
"""

from allauth.core import ratelimit
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.base.mail import send
from accounts.groups.rules import current_contact


def mail_invitation(request, entry):
    """Tell whoever is invited, if it is someone, and by whom."""
    if entry.person:
        words = _("%(by)s vous invite dans le groupe de travail « %(group)s ».")
        # One by address may give way to one by name, but not in the list of them.
        place = reverse("groups") if entry.address else reverse("invitation", args=[entry.pk])
        _send(request, "invitation", entry.person, entry, words, place)


def mail_request(request, entry):
    """Tell the contact, if there is one in the group today, who asks to join."""
    if contact := current_contact(entry.group):
        words = _("%(person)s demande à entrer dans le groupe de travail « %(group)s ».")
        _send(request, "request", contact, entry, words, entry.group.get_absolute_url())


def mail_answer(request, entry):
    """Tell who asked what the answer is; the reason of a refusal is on their page."""
    if entry.outcome == "accepted":
        words = _("Votre demande est acceptée : vous êtes dans le groupe « %(group)s ».")
        place = entry.group.get_absolute_url()
    else:
        words = _("Votre demande d’entrer dans le groupe « %(group)s » n’est pas acceptée.")
        place = reverse("groups")
    _send(request, entry.outcome, entry.person, entry, words, place)


def _send(request, what, person, entry, words, path):
    about = f"{what}:{entry.group_id}:{entry.person_id}"
    if ratelimit.consume(request, action="group_mail", key=about):
        told = {"by": entry.by or "", "person": entry.person, "group": entry.group}
        body = "\n\n".join([words % told, request.build_absolute_uri(path), "Foirail"])
        send(person.email, _("Groupe de travail : %(group)s") % told, body)
