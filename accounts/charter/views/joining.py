"""The page of the steps of joining, and what is said to who has just signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.charter.status import get_charter_status
from accounts.charter.steps import joining_context
from accounts.organisations.models import Seat
from accounts.organisations.queries import contact_seats
from accounts.viewers.middleware import PersonRequest

if TYPE_CHECKING:
    from accounts.charter.models import Signature


@require_safe
def joining(request: PersonRequest) -> HttpResponse:
    """The steps of joining, for who is on the way in, and for who has just signed.

    A new member is led on to the first steps.
    """
    if request.viewer.is_member and request.user.is_onboarding:
        return redirect("first-steps")
    charter_status = get_charter_status(request.user, request.viewer)
    return render(request, "charter/joining.html", joining_context(charter_status))


def signed_message(signature: Signature) -> SafeString:
    """The message after signing: what it gives access to, and a link to the receipt."""
    organisation = signature.organisation
    seats = Seat.objects.confirmed().filter(
        person=signature.person_id, organisation=organisation
    )
    if organisation.waits_for_sponsors:
        words = _(
            "Vous avez signé la charte au nom de « %s ». Il lui manque des parrains : deux "
            "organisations membres doivent la présenter. Les espaces des membres s’ouvriront "
            "alors."
        )
    elif seats.exists():
        words = _(
            "Vous avez signé la charte au nom de « %s ». Les espaces du réseau et celui de "
            "votre collège vous sont ouverts."
        )
    elif contact_seats(organisation).exists():
        words = _(
            "Vous avez signé la charte au nom de « %s ». Vous pouvez déjà écrire sur la place "
            "publique, en votre nom ; les espaces du réseau et celui de votre collège "
            "s’ouvriront quand votre siège aura été confirmé par le contact de l’organisation "
            "ou par l’équipe d’animation."
        )
    else:
        words = _(
            "Vous avez signé la charte au nom de « %s ». Vous pouvez déjà écrire sur la place "
            "publique, en votre nom ; les espaces du réseau et celui de votre collège "
            "s’ouvriront quand votre siège aura été confirmé par l’équipe d’animation."
        )
    return format_html(
        '{} <a href="{}">{}</a>',
        words % organisation.name,
        reverse("receipt", args=[signature.pk]),
        _("Votre reçu (PDF)"),
    )
