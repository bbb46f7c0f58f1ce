"""What comes after signing: where one goes, and what is said of what it opens."""

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _


def safe_next_url(request):
    """Where to go once signed, if that is a page of ours, else an empty string."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    hosts = {request.get_host(), *settings.ALLOWED_HOSTS} - {"*"}
    safe = url_has_allowed_host_and_scheme(asked, hosts, require_https=request.is_secure())
    return asked if safe else ""


def signed_message(signature):
    """What the signature just given opens to who gave it, in words, and its receipt."""
    organisation = signature.organisation
    seats = signature.person.seats.confirmed().filter(organisation=organisation)
    if not organisation.admitted_at:
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
    else:
        words = _(
            "Vous avez signé la charte au nom de « %s ». Les espaces de tout le réseau vous "
            "sont ouverts dès maintenant ; celui de votre collège s’ouvrira quand votre "
            "siège aura été confirmé par le contact de l’organisation ou par l’équipe "
            "d’animation."
        )
    return format_html(
        '{} <a href="{}">{}</a>',
        words % organisation.name,
        reverse("receipt", args=[signature.pk]),
        _("Votre reçu (PDF)"),
    )
