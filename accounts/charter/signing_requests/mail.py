"""The mails of a signing request: to the representative, and back to who prepared it."""

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.base.mail import send
from accounts.base.mail_languages import in_language_of
from accounts.charter.hash_chain import line_of_signature
from accounts.charter.queries import signature_with_parties


def send_request(one, request):
    """Mail the link that signs, in the language of ``request``; return whether it was sent."""
    subject = _("À signer : la charte, pour %(organisation)s")
    return _send(one.email, subject, "request", one, request, one.get_absolute_url())


def send_outcome(one, request, outcome):
    """Tell the preparer of the ``outcome``, "signed" or "declined", in their language."""
    path = reverse("charter")
    if outcome == "signed":
        path = reverse("countersign", args=[one.organisation.slug])
    with in_language_of(one.preparer_id):
        subjects = {
            "signed": _("La charte est signée pour %(organisation)s : à vous"),
            "declined": _("La charte ne sera pas signée pour %(organisation)s"),
        }
        return _send(one.preparer.email, subjects[outcome], outcome, one, request, path)


def send_receipt(one, request, signature):
    """Mail the receipt to who has signed; return whether it was sent."""
    from accounts.charter.receipt import receipt_name, render_receipt  # It brings reportlab.

    signature = signature_with_parties(signature.pk)
    content = render_receipt(signature, line_of_signature(signature))
    subject, path = _("Votre reçu : la charte, pour %(organisation)s"), reverse("account")
    receipt = (receipt_name(signature), content)
    return _send(signature.person.email, subject, "receipt", one, request, path, receipt)


def _send(address, subject, name, one, request, path, pdf=None):
    context = {"signing_request": one, "address": request.build_absolute_uri(path)}
    body = render_to_string(f"charter/email/{name}.txt", context)
    return send(address, subject % {"organisation": one.organisation_name}, body, pdf)
