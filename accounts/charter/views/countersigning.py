"""The pages where further people of an organisation sign: by themselves, or invited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.admission.models import Invitation
from accounts.base import resume_form
from accounts.base.redirects import safe_next_url
from accounts.charter import actions
from accounts.charter.diff import diff_paragraphs
from accounts.charter.forms import CountersignForm
from accounts.charter.models import Authority, CharterVersion
from accounts.charter.queries import joinable_signature
from accounts.charter.signing_requests.queries import prepared_organisation
from accounts.charter.views.joining import signed_message
from accounts.organisations.models import Seat
from accounts.organisations.queries import known_organisation
from accounts.organisations.rules import invitation_vouches_for
from accounts.users.queries import verified_addresses
from accounts.viewers.middleware import PersonRequest, ViewerRequest

if TYPE_CHECKING:
    from accounts.charter.models import Signature
    from accounts.organisations.models import Organisation


@require_http_methods(["GET", "HEAD", "POST"])
def countersign(request: PersonRequest, slug: str) -> HttpResponseBase:
    """Countersign for an organisation that has signed already."""
    if not request.user.is_authenticated:
        return resume_form.redirect_to_login_keeping_form(request, request.get_full_path())
    prepared = prepared_organisation(request.user, slug)
    known = prepared or known_organisation(request.viewer, slug)
    return _page(request, known, None)


@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: PersonRequest, key: str) -> HttpResponseBase:
    """Accept an invitation to a seat, by signing. Guests sign in first and come back."""
    asked = Invitation.objects.select_related("organisation__college", "invited_by")
    invited = get_object_or_404(asked, key=key)
    usable = Invitation.objects.usable().filter(pk=invited.pk).exists()
    is_known = request.user.is_authenticated
    if request.method == "POST" and not is_known:
        return resume_form.redirect_to_login_keeping_form(request)
    is_theirs = is_known and invited.email.casefold() in verified_addresses(request.user)
    # The form that used it may be sent twice: the action answers as the first time.
    if is_theirs and (usable or (invited.used_at and request.method == "POST")):
        return _page(request, invited.organisation, invited)
    context = {"invitation": invited, "is_usable": usable}
    status = 200 if usable else 410
    return render(request, "accounts/invitation.html", context, status=status)


def _page(
    request: PersonRequest, organisation: Organisation, invited: Invitation | None
) -> HttpResponse:
    joined = joinable_signature(organisation)
    if joined is None:
        return _redirect_to_signing(request, organisation, invited)
    seat = Seat.objects.current().filter(person=request.user, organisation=organisation).last()
    initial = {"position": seat.position} if seat else {}
    initial |= resume_form.pop_saved_form(request) or {}
    sent = request.POST if request.method == "POST" else None
    form = CountersignForm(sent, person=request.user, initial=initial)
    if request.method != "POST":
        return _render(request, form, joined, invited)
    if request.POST.get("version") != joined.version.name:
        form.add_error(None, str(actions.VersionSuperseded()))
    if not form.is_valid():
        return _render(request, form, joined, invited, 422)
    try:
        signature = actions.sign_charter(
            request.user,
            version=joined.version,
            organisation=organisation,
            invitation=invited,
            authority=Authority.COUNTERSIGNATURE,
            countersigns=joined,
            **form.signature_values(),
        )
    except actions.CannotSign as refusal:
        form.add_error(None, str(refusal))
        return _render(request, form, joinable_signature(organisation) or joined, invited, 403)
    messages.success(request, signed_message(signature))
    return redirect(safe_next_url(request) or "joining-steps")


def _render(
    request: PersonRequest,
    form: BaseForm,
    joined: Signature,
    invited: Invitation | None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "joined": joined,
        "changes": _diff_with_seen_version(request, joined.version),
        "invitation": invited,
        "is_vouched_for": invited
        and not invited.used_at
        and invitation_vouches_for(invited, request.user),
        "next": safe_next_url(request),
    }
    return render(request, "charter/countersign.html", context, status=status)


def _diff_with_seen_version(
    request: ViewerRequest, version: CharterVersion
) -> list[list[tuple[str, str]]] | None:
    """What ``version`` changes in the one that was posted, where that is another; or None."""
    name = request.POST.get("version", "").replace("\0", "")
    seen = CharterVersion.objects.published().exclude(pk=version.pk).filter(name=name).first()
    return diff_paragraphs(seen.text, version.text) if seen else None


def _redirect_to_signing(
    request: ViewerRequest, organisation: Organisation, invited: Invitation | None
) -> HttpResponse:
    """Redirect to the first signature: nobody has signed this version for the organisation."""
    resume_form.save_form(request, reverse("sign-charter"))
    words = _("Personne n’a encore signé cette version de la charte au nom de « %s ».")
    messages.info(request, words % organisation.name)
    query = {"organisation": organisation.slug} | (
        {"invitation": invited.key} if invited else {}
    )
    return redirect(reverse("sign-charter", query=query))
