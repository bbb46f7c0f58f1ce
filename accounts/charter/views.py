"""The pages of the charter in force: reading, signing, withdrawing."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import kept, viewers
from accounts.charter import actions, text
from accounts.charter.forms import SignForm, WithdrawForm
from accounts.charter.models import CharterVersion
from accounts.charter.situation import live_signatures, situation_of
from accounts.organisations.models import College, Organisation

MOST_SUGGESTED = 100


@require_safe
def charter(request):
    """The charter in force, for all to read; with the form, for whom it waits."""
    situation = situation_of(request.user, viewers.of_request(request))
    form = _fresh_form(request, situation) if situation.may_sign else None
    return _page(request, situation, form)


def sign(request):
    """Sign: the form on its page, or what it sends. Guests sign in first and come back."""
    if not request.user.is_authenticated:
        return kept.sign_in_and_return(request, _address(_next(request)))
    situation = situation_of(request.user, viewers.of_request(request))
    if request.method != "POST":
        return _page(request, situation, _fresh_form(request, situation))
    form = SignForm(request.POST, person=request.user)
    newest = CharterVersion.objects.published().first()
    if newest is None or request.POST.get("version") != newest.name:
        form.add_error(None, str(actions.Overtaken()))
    if not form.is_valid():
        return _page(request, situation, form, status=422)
    try:
        signature = actions.sign_charter(request.user, version=newest, **form.signed())
    except actions.CannotSign as refusal:
        form.add_error(refusal.field, str(refusal))
        return _page(request, situation, form, status=403)
    messages.success(request, _what_opens(signature))
    return redirect(_next(request) or "home")


@login_required
def withdraw(request):
    """Take back one's signature, after reading what that closes. Even when suspended."""
    signatures = live_signatures(request.user)
    if not signatures.exists():
        messages.info(request, _("Vous n’avez aucune signature en cours."))
        return redirect("charter")
    initial = {"signature": request.GET.get("signature") or signatures[0].pk}
    form = WithdrawForm(request.POST or None, signatures=signatures, initial=initial)
    if form.is_valid():
        signature = form.cleaned_data["signature"]
        actions.withdraw_signature(signature, request.user)
        words = _("Votre signature pour « %s » est retirée. Le registre en garde la trace.")
        messages.success(request, words % signature.organisation.name)
        return redirect("charter")
    context = {"form": form, "signatures": signatures}
    status = 422 if request.method == "POST" else 200
    return render(request, "accounts/withdraw.html", context, status=status)


def _page(request, situation, form, status=200):
    newest = CharterVersion.objects.published().first()
    context = {
        "charter": newest,
        "html": text.render(newest.text) if newest else "",
        "situation": situation,
        "form": form,
        "next": _next(request),
        "sign_address": _address(_next(request)),
        "colleges": College.objects.all(),
        "suggested": Organisation.objects.values_list("name", flat=True)[:MOST_SUGGESTED],
    }
    return render(request, "accounts/charter.html", context, status=status)


def _fresh_form(request, situation):
    """The form, with what is known of the person or was typed before the session ended."""
    initial = kept.typed_before(request, reverse("sign-charter")) or _known(situation)
    return SignForm(initial=initial, person=request.user)


def _known(situation):
    """What an earlier signature says, for who signs again."""
    if not (situation.may_sign and situation.signatures):
        return {}
    last = situation.signatures[0]
    return {
        "college": last.organisation.college.slug,
        "organisation": last.organisation.name,
        "position": last.position,
        "authority": last.authority,
    }


def _what_opens(signature):
    name = signature.organisation.name
    seats = signature.person.seats.held().filter(organisation=signature.organisation)
    if seats.filter(confirmed_at__isnull=False).exists():
        words = _(
            "Vous avez signé la charte au nom de « %s ». Les espaces du réseau et celui de "
            "votre collège vous sont ouverts."
        )
    else:
        words = _(
            "Vous avez signé la charte au nom de « %s ». Les espaces de tout le réseau vous "
            "sont ouverts dès maintenant ; celui de votre collège s’ouvrira quand l’équipe "
            "d’animation aura confirmé votre siège."
        )
    return words % name


def _next(request):
    """Where to go once signed, if that is a page of ours, else an empty string."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    hosts = {request.get_host(), *settings.ALLOWED_HOSTS} - {"*"}
    safe = url_has_allowed_host_and_scheme(asked, hosts, require_https=request.is_secure())
    return asked if safe else ""


def _address(after):
    """The address of the form, which remembers where to go ``after``."""
    return reverse("sign-charter") + (f"?{urlencode({'next': after})}" if after else "")
