"""What groups say by mail, after the commit: an invitation, a request, the answer to it.

A mail names the group and leads to its page, which asks anew who may read it. Where none
can be sent all is as before: whoever is concerned finds it on their page of groups.
"""

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.mail import send


def tell_of_invitation(request, entry):
    """Tell whoever is invited, and by whom."""
    words = _("%(by)s vous invite dans le groupe de travail « %(group)s ».")
    _send(request, entry.person, entry, words, reverse("invitation", args=[entry.pk]))


def tell_of_request(request, entry):
    """Tell the contact who asks to join."""
    if entry.group.contact:
        words = _("%(person)s demande à entrer dans le groupe de travail « %(group)s ».")
        _send(request, entry.group.contact, entry, words, entry.group.get_absolute_url())


def tell_of_answer(request, entry):
    """Tell who asked what the answer is; the reason of a refusal is on their page."""
    if entry.outcome == "accepted":
        words = _("Votre demande est acceptée : vous êtes dans le groupe « %(group)s ».")
        return _send(request, entry.person, entry, words, entry.group.get_absolute_url())
    words = _("Votre demande d’entrer dans le groupe « %(group)s » n’est pas acceptée.")
    return _send(request, entry.person, entry, words, reverse("groups"))


def _send(request, person, entry, words, path):
    told = {"by": entry.by or "", "person": entry.person, "group": entry.group}
    body = "\n\n".join([words % told, request.build_absolute_uri(path), "Foirail"])
    send(person.email, _("Groupe de travail : %(group)s") % told, body)
