"""The mails of a signing request: to the representative, and back to who prepared it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.base.mail import plain_body, send, with_inline_styles
from accounts.base.mail_languages import in_language_of
from accounts.base.translations import network_name
from accounts.charter.hash_chain import line_of_signature
from accounts.charter.queries import signature_with_parties

if TYPE_CHECKING:
    from accounts.charter.models import Signature
    from accounts.charter.signing_requests.models import SigningRequest
    from accounts.viewers.middleware import ViewerRequest


def send_request(signing_request: SigningRequest, request: ViewerRequest) -> bool:
    """Mail the link that signs, in the language of ``request``; return whether it was sent."""
    subject = _("%(who)s vous demande de signer pour %(organisation)s")
    address, path = signing_request.email, signing_request.get_absolute_url()
    return _send(address, subject, "request", signing_request, request, path)


def send_outcome(signing_request: SigningRequest, request: ViewerRequest, outcome: str) -> bool:
    """Mail the preparer the ``outcome``, "signed" or "declined", in their language."""
    path = reverse("charter")
    if outcome == "signed":
        assert signing_request.organisation is not None  # It is known once it is signed for.
        path = reverse("countersign", args=[signing_request.organisation.slug])
    with in_language_of(signing_request.preparer_id):
        subjects = {
            "signed": _("La charte est signée pour %(organisation)s : à vous"),
            "declined": _("La charte ne sera pas signée pour %(organisation)s"),
        }
        address = signing_request.preparer.email
        return _send(address, subjects[outcome], outcome, signing_request, request, path)


def send_receipt(
    signing_request: SigningRequest, request: ViewerRequest, signature: Signature
) -> bool:
    """Mail the receipt to who has signed; return whether it was sent."""
    from accounts.charter.receipt import receipt_name, render_receipt  # It brings reportlab.

    signature = signature_with_parties(signature.pk) or signature
    content = render_receipt(signature, line_of_signature(signature))
    subject, path = _("Votre reçu : la charte, pour %(organisation)s"), reverse("account")
    assert signature.person is not None  # They have signed just now.
    address, receipt = (
        signature.person.email,
        (receipt_name(signature), content, "application/pdf"),
    )
    return _send(address, subject, "receipt", signing_request, request, path, receipt)


def _send(
    address: str,
    subject: str,
    name: str,
    signing_request: SigningRequest,
    request: ViewerRequest,
    path: str,
    file: tuple[str, bytes, str] | None = None,
) -> bool:
    context = {
        "signing_request": signing_request,
        "address": request.build_absolute_uri(path),
        "network": network_name(),
    }
    body = plain_body(render_to_string(f"charter/email/{name}.txt", context))
    context |= {"paragraphs": body.strip().split("\n\n"), "button": _button(name)}
    page = with_inline_styles(render_to_string("charter/email/html_mail.html", context))
    who, name = signing_request.preparer.full_name, signing_request.organisation_name
    subject %= {"who": who, "organisation": name}
    return send(address, subject, body, file, alternative=(page, "text/html"))


def _button(name: str) -> str:
    """What leads on from the mail of this name."""
    words = {
        "request": _("Lire la charte, puis signer ou décliner"),
        "signed": _("Contresigner la charte"),
        "declined": _("Préparer une autre demande"),
        "receipt": _("Ouvrir mon compte"),
    }
    return words[name]
