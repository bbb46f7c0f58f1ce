"""Joining a signatory: further people countersign in one step, by themselves or invited."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import kept
from accounts.admission.models import Invitation
from accounts.charter import actions
from accounts.charter.afterwards import next_of, what_opens
from accounts.charter.comparing import changes
from accounts.charter.forms import CountersignForm
from accounts.charter.models import Authority, CharterVersion, Signature
from accounts.organisations.confirming import verified_addresses, vouches
from accounts.organisations.models import Organisation, Seat


def joinable(organisation):
    """The signature of the version in force that a further person may join, or None.

    The oldest by someone whose seat is confirmed, else the oldest.
    """
    newest = CharterVersion.objects.published().first()
    given = Signature.objects.filter(
        organisation=organisation, version=newest, withdrawn_at=None, countersigns=None
    )
    given = given.select_related("version", "person", "organisation__college")
    seated = Seat.objects.confirmed().filter(organisation=organisation).values("person")
    return given.filter(person__in=seated).first() or given.first()


@require_http_methods(["GET", "HEAD", "POST"])
def countersign(request, slug):
    """Sign for an organisation that has signed already: one's function and one's name."""
    if not request.user.is_authenticated:
        return kept.sign_in_and_return(request, request.get_full_path())
    return _page(request, get_object_or_404(Organisation, slug=slug), None)


@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request, key):
    """Take up an invitation of an organisation's contact. A guest signs in and comes back."""
    asked = Invitation.objects.select_related("organisation__college", "invited_by")
    invited = get_object_or_404(asked, key=key)
    usable = Invitation.objects.usable().filter(pk=invited.pk).exists()
    is_known = request.user.is_authenticated
    if request.method == "POST" and not is_known:
        return kept.sign_in_and_return(request)
    is_theirs = is_known and invited.email.casefold() in verified_addresses(request.user)
    # What took it up may be sent twice: the action knows, and answers as it did.
    if is_theirs and (usable or (invited.used_at and request.method == "POST")):
        return _page(request, invited.organisation, invited)
    context = {"invitation": invited, "is_usable": usable}
    status = 200 if usable else 410
    return render(request, "accounts/invitation.html", context, status=status)


def _page(request, organisation, invited):
    joined = joinable(organisation)
    if joined is None:
        return _to_sign(request, organisation, invited)
    known = Seat.objects.held().filter(person=request.user, organisation=organisation).last()
    initial = {"position": known.position} if known else {}
    initial |= kept.typed_before(request) or {}
    form = CountersignForm(request.POST or None, person=request.user, initial=initial)
    if request.method != "POST":
        return _shown(request, form, joined, invited)
    if request.POST.get("version") != joined.version.name:
        form.add_error(None, str(actions.Overtaken()))
    if not form.is_valid():
        return _shown(request, form, joined, invited, 422)
    try:
        signature = actions.sign_charter(
            request.user,
            version=joined.version,
            organisation=organisation,
            invitation=invited,
            authority=Authority.COUNTERSIGNATURE,
            countersigns=joined,
            **form.signed(),
        )
    except actions.CannotSign as refusal:
        form.add_error(None, str(refusal))
        return _shown(request, form, joinable(organisation) or joined, invited, 403)
    messages.success(request, what_opens(signature))
    return redirect(next_of(request) or "home")


def _shown(request, form, joined, invited, status=200):
    context = {
        "form": form,
        "joined": joined,
        "changes": _unseen(request, joined.version),
        "invitation": invited,
        "is_vouched_for": invited and not invited.used_at and vouches(invited, request.user),
        "next": next_of(request),
    }
    return render(request, "accounts/countersign.html", context, status=status)


def _unseen(request, version):
    """What ``version`` changes in the one that the page showed when it was sent, or None."""
    name = request.POST.get("version", "").replace("\0", "")
    seen = CharterVersion.objects.published().exclude(pk=version.pk).filter(name=name).first()
    return changes(seen.text, version.text) if seen else None


def _to_sign(request, organisation, invited):
    """Nobody has signed the version in force for it: this person may be the first."""
    kept.keep(request, reverse("sign-charter"))
    words = _("Personne n’a encore signé cette version de la charte au nom de « %s ».")
    messages.info(request, words % organisation.name)
    query = {"organisation": organisation.slug} | (
        {"invitation": invited.key} if invited else {}
    )
    return redirect(reverse("sign-charter", query=query))
