"""The pages of the charter in force: reading, signing, withdrawing."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import kept, viewers
from accounts.admission.models import Invitation
from accounts.charter import actions, countersigning, text
from accounts.charter.afterwards import next_of, what_opens
from accounts.charter.asking import by_organisation, live_signatures
from accounts.charter.comparing import changes
from accounts.charter.forms import SignForm, WithdrawForm
from accounts.charter.models import CharterVersion
from accounts.charter.situation import situation_of
from accounts.organisations.forms import OrganisationForm
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
        return kept.sign_in_and_return(request, _address(request))
    situation = situation_of(request.user, viewers.of_request(request))
    if request.method != "POST":
        return _page(request, situation, _fresh_form(request, situation))
    form = SignForm(request.POST, request.FILES, person=request.user)
    newest = CharterVersion.objects.published().first()
    if newest is None or request.POST.get("version") != newest.name:
        form.add_error(None, str(actions.Overtaken()))
    if not form.is_valid():
        return _page(request, situation, form, status=422)
    try:
        signature = actions.sign_charter(
            request.user, version=newest, invitation=_invitation(request), **form.signed()
        )
    except actions.CannotSign as refusal:
        form.add_error(refusal.field, str(refusal))
        return _page(request, situation, form, status=403)
    messages.success(request, what_opens(signature))
    if form.unlisted:
        words = _(
            "« %s » n’est pas sur la liste des territoires. Votre siège confirmé, vous pourrez "
            "l’ajouter depuis la page de votre organisation."
        )
        messages.info(request, words % form.unlisted)
    return redirect(next_of(request) or "home")


@require_safe
@login_required
def unknown_organisation(request):
    """What the form asks about an organisation of the name ``q``; nothing of one that we know.

    A part of the page, for the script that asks while the form is being filled in.
    """
    form = OrganisationForm({"organisation": request.GET.get("q", "")})
    form.is_valid()
    if not form.is_unknown:
        return HttpResponse()
    return render(request, "accounts/unknown.html", {"form": form})


@login_required
def refuse(request):
    """Say that one will not sign the version in force, after reading what that means."""
    situation = situation_of(request.user, viewers.of_request(request))
    newest = CharterVersion.objects.published().first()
    if newest is None or not situation.signs_again:
        return redirect("charter")
    is_seen = request.POST.get("version") == newest.name
    if request.method == "POST" and is_seen:
        actions.refuse_version(request.user, newest)
        messages.success(
            request, _("C’est noté : plus rien ne vous rappellera de signer cette version.")
        )
        return redirect("account")
    is_overtaken = request.method == "POST"
    context = {"situation": situation, "charter": newest, "is_overtaken": is_overtaken}
    status = 409 if is_overtaken else 200
    return render(request, "accounts/refuse.html", context, status=status)


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
    context = {"form": form, "groups": by_organisation(signatures)}
    status = 422 if request.method == "POST" else 200
    return render(request, "accounts/withdraw.html", context, status=status)


def _page(request, situation, form, status=200):
    newest = CharterVersion.objects.published().first()
    context = {
        "charter": newest,
        "html": text.render(newest.text) if newest else "",
        "changes": _changes(situation, newest),
        "joinable": _joinable(situation),
        "situation": situation,
        "form": form,
        "next": next_of(request),
        "sign_address": _address(request),
        "colleges": College.objects.all(),
        "suggested": Organisation.objects.values_list("name", flat=True)[:MOST_SUGGESTED],
    }
    return render(request, "accounts/charter.html", context, status=status)


def _changes(situation, newest):
    """What has changed since the person signed, for who is asked to sign again."""
    if not (situation.signs_again and newest):
        return None
    return changes(situation.last_signed.version.text, newest.text)


def _joinable(situation):
    """The organisations one signed for where someone has signed this version already."""
    mine = [asked.organisation for asked in situation.asked]
    return [one for one in mine if countersigning.joinable(one)]


def _fresh_form(request, situation):
    """The form, with what is known of the person or was typed before the session ended."""
    typed = kept.typed_before(request, reverse("sign-charter"))
    known = _asked(request) or _known(situation)
    return SignForm(initial=known | (typed or {}), person=request.user)


def _asked(request):
    """The organisation that the address names, as from an invitation."""
    slug = request.GET.get("organisation", "").replace("\0", "")
    asked = Organisation.objects.select_related("college").filter(slug=slug).first()
    return asked and {"college": asked.college.slug, "organisation": asked.name}


def _invitation(request):
    """The invitation that the address of the form names, or None."""
    key = request.GET.get("invitation", "").replace("\0", "")
    return Invitation.objects.filter(key=key).first() if key else None


def _known(situation):
    """What an earlier signature says, for who signs again."""
    last = situation.last_signed
    if not (situation.may_sign and last):
        return {}
    return {
        "college": last.organisation.college.slug,
        "organisation": last.organisation.name,
        "position": last.position,
        "authority": "" if last.countersigns_id else last.authority,
    }


def _address(request):
    """The address of the form, which remembers where to go after and who invited."""
    query = {"next": next_of(request), "invitation": request.GET.get("invitation")}
    return reverse("sign-charter", query={k: v for k, v in query.items() if v} or None)
