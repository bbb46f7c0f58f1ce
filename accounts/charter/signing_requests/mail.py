"""The mails of a signing request: to the representative, and back to who prepared it."""

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.base.mail import send


def send_request(one, request):
    """Mail the link that signs, in the language of ``request``; return whether it was sent."""
    subject = _("À signer : la charte, pour %(organisation)s")
    return _send(one.email, subject, "request", one, request, one.get_absolute_url())


def send_outcome(one, request, outcome):
    """Tell the preparer of the ``outcome``, "signed" or "declined"."""
    subjects = {
        "signed": _("La charte est signée pour %(organisation)s : à vous"),
        "declined": _("La charte ne sera pas signée pour %(organisation)s"),
    }
    path = reverse("charter")
    if outcome == "signed":
        path = reverse("countersign", args=[one.organisation.slug])
    return _send(one.preparer.email, subjects[outcome], outcome, one, request, path)


def _send(address, subject, name, one, request, path):
    context = {"signing_request": one, "address": request.build_absolute_uri(path)}
    body = render_to_string(f"charter/email/{name}.txt", context)
    return send(address, subject % {"organisation": one.organisation_name}, body)
