"""The pages of the version in force: reading, signing, refusing, withdrawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.admission.models import Invitation
from accounts.base import resume_form
from accounts.base.rate_limits import RateLimit
from accounts.base.redirects import safe_next_url
from accounts.charter import actions, rendering
from accounts.charter.act_templates.documents import TEMPLATES, suggested_authority
from accounts.charter.diff import diff_paragraphs
from accounts.charter.forms import SignatoryOrganisationForm, SignForm, WithdrawForm
from accounts.charter.models import CharterVersion
from accounts.charter.queries import group_by_organisation, joinable_signature, live_signatures
from accounts.charter.status import get_charter_status
from accounts.charter.steps import joining_context
from accounts.charter.uploads import ACTS
from accounts.charter.views.joining import signed_message
from accounts.organisations.models import Organisation
from accounts.organisations.queries import all_colleges, known_organisations, suggested_names
from accounts.viewers.middleware import PersonRequest, ViewerRequest

if TYPE_CHECKING:
    from accounts.charter.models import Authority
    from accounts.charter.status import CharterStatus


#: Names that are compared with those of all organisations, as one types.
_NAMES = RateLimit("unknown-organisation", "120/10m/user,600/d/user", counts_reading=True)
#: Signatures, since each may add an organisation. Whoever signs for many has them prepared.
_SIGNATURES = RateLimit("sign", "10/h/user,20/d/user")


@require_safe
def charter(request: PersonRequest) -> HttpResponse:
    """The version in force; with the form, for who has to sign it and not to countersign.

    These are led to that, and find the form at the address that signs.
    """
    charter_status = get_charter_status(request.user, request.viewer)
    is_asked = charter_status.may_sign and not charter_status.request_to_join
    form = _initial_form(request, charter_status) if is_asked else None
    return _render(request, charter_status, form)


def sign(request: PersonRequest) -> HttpResponseBase:
    """Sign the version in force. Guests sign in first and come back."""
    if not request.user.is_authenticated:
        return resume_form.redirect_to_login_keeping_form(request, _sign_url(request))
    charter_status = get_charter_status(request.user, request.viewer)
    if request.method != "POST":
        return _render(request, charter_status, _initial_form(request, charter_status))
    too_often = ACTS.refusal(request) if request.FILES else ""
    files = {} if too_often else request.FILES
    viewer = request.viewer
    form = SignForm(request.POST, files, person=request.user, viewer=viewer)
    if too_often:
        form.add_error("document", too_often)
        return _render(request, charter_status, form, status=429)
    newest = CharterVersion.objects.in_force()
    if newest is None or request.POST.get("version") != newest.name:
        form.add_error(None, str(actions.VersionSuperseded()))
    if not form.is_valid():
        return _render(request, charter_status, form, status=422)
    if too_often := _SIGNATURES.refusal(request):
        form.add_error(None, too_often)
        return _render(request, charter_status, form, status=429)
    assert newest is not None  # Else the form has an error.
    try:
        signature = actions.sign_charter(
            request.user,
            version=newest,
            invitation=_invitation(request),
            **form.signature_values(),
        )
    except actions.CannotSign as refusal:
        form.add_error(refusal.field, str(refusal))
        return _render(request, charter_status, form, status=403)
    messages.success(request, signed_message(signature))
    if form.unlisted:
        words = _(
            "« %s » n’est pas sur la liste des territoires. Votre siège confirmé, vous pourrez "
            "l’ajouter depuis la page de votre organisation."
        )
        messages.info(request, words % form.unlisted)
    return redirect(safe_next_url(request) or "joining-steps")


@require_safe
@login_required
def unknown_organisation(request: ViewerRequest) -> HttpResponse:
    """What is said of an organisation named ``q``: the fields about one that is unknown, how
    to countersign for one that has signed.

    A fragment of the page, for its script; empty for who asks too often, as for the known.
    """
    if not _NAMES.allows(request):
        return HttpResponse()
    typed = {"organisation": request.GET.get("q", "")}
    form = SignatoryOrganisationForm(typed, viewer=request.viewer)
    form.is_valid()
    return render(request, "organisations/name_part.html", {"form": form})


@login_required
def refuse_version(request: PersonRequest) -> HttpResponse:
    """Refuse the version in force; a GET explains what that means."""
    charter_status = get_charter_status(request.user, request.viewer)
    newest = CharterVersion.objects.in_force()
    if newest is None or not charter_status.must_sign_again:
        return redirect("charter")
    is_seen = request.POST.get("version") == newest.name
    if request.method == "POST" and is_seen:
        actions.refuse_version(request.user, newest)
        messages.success(
            request, _("C’est noté : plus rien ne vous rappellera de signer cette version.")
        )
        return redirect("account")
    is_overtaken = request.method == "POST"
    context = {
        "charter_status": charter_status,
        "charter": newest,
        "is_overtaken": is_overtaken,
    }
    status = 409 if is_overtaken else 200
    return render(request, "charter/refuse.html", context, status=status)


@login_required
def withdraw(request: PersonRequest) -> HttpResponse:
    """Withdraw a signature; a GET explains what that closes. Suspended people may, too."""
    signatures = live_signatures(request.user)
    if not signatures:
        messages.info(request, _("Vous n’avez aucune signature en cours."))
        return redirect("charter")
    initial = {"signature": request.GET.get("signature") or signatures[0].pk}
    own = request.user.signatures.live()
    form = WithdrawForm(request.POST or None, signatures=own, initial=initial)
    if form.is_valid():
        signature = form.cleaned_data["signature"]
        actions.withdraw_signature(signature, request.user)
        words = _("Votre signature pour « %s » est retirée. Le registre en garde la trace.")
        messages.success(request, words % signature.organisation.name)
        return redirect("charter")
    context = {"form": form, "groups": group_by_organisation(signatures)}
    status = 422 if request.method == "POST" else 200
    return render(request, "charter/withdraw.html", context, status=status)


def _render(
    request: ViewerRequest,
    charter_status: CharterStatus,
    form: SignForm | None,
    status: int = 200,
) -> HttpResponse:
    newest = CharterVersion.objects.in_force()
    context = (
        joining_context(charter_status)
        | {
            "charter": newest,
            "changes": _changes(charter_status, newest),
            "joinable": _joinable(charter_status),
            "form": form,
            "next": safe_next_url(request),
            "sign_address": _sign_url(request),
            "colleges": all_colleges() if form else (),
            "act_templates": TEMPLATES.values() if form else (),
            "suggested_authority": form and _suggested_authority(form),
            "suggested": suggested_names(request.viewer) if form else (),
        }
        | (rendering.render_version(newest) if newest else {})
    )
    return render(request, "charter/charter.html", context, status=status)


def _suggested_authority(form: SignForm) -> Authority | str:
    return suggested_authority(form["organisation"].value() or "", form["college"].value())


def _changes(
    charter_status: CharterStatus, newest: CharterVersion | None
) -> list[list[tuple[str, str]]] | None:
    """What changed since the person last signed, where they have to sign again; else None."""
    last = charter_status.last_signed
    if not (charter_status.must_sign_again and newest and last):
        return None
    return diff_paragraphs(last.version.text, newest.text)


def _joinable(charter_status: CharterStatus) -> list[Organisation]:
    """The person's organisations where someone has signed this version already."""
    organisations = [pending.organisation for pending in charter_status.pending]
    return [organisation for organisation in organisations if joinable_signature(organisation)]


def _initial_form(request: PersonRequest, charter_status: CharterStatus) -> SignForm:
    """The form, with what is known of the person or was saved when the session expired."""
    typed = resume_form.pop_saved_form(request, reverse("sign-charter"))
    known = _organisation_from_url(request) or _initial_from_last_signature(charter_status)
    viewer = request.viewer
    return SignForm(initial=known | (typed or {}), person=request.user, viewer=viewer)


def _organisation_from_url(request: ViewerRequest) -> dict[str, str] | None:
    """Initial values from the organisation that the address names, and the person knows of.

    Whoever has an invitation to it does.
    """
    slug = request.GET.get("organisation", "")
    if not slug:
        return None
    invited = _invitation(request)
    known = known_organisations(request.viewer)
    known |= Q(pk=invited.organisation_id if invited else 0)
    rows = Organisation.objects.filter(known, slug=slug)
    asked = rows.select_related("college").first()
    return (
        None if asked is None else {"college": asked.college.slug, "organisation": asked.name}
    )


def _invitation(request: ViewerRequest) -> Invitation | None:
    """The invitation that the address of the form names, or None."""
    key = request.GET.get("invitation", "")
    return Invitation.objects.filter(key=key).first() if key else None


def _initial_from_last_signature(charter_status: CharterStatus) -> dict[str, str]:
    """Initial values from the last signature, where the person signs again."""
    last = charter_status.last_signed
    if not (charter_status.may_sign and last):
        return {}
    return {
        "college": last.organisation.college.slug,
        "organisation": last.organisation.name,
        "position": last.position,
        "authority": "" if last.countersigns_id else last.authority,
    }


def _sign_url(request: ViewerRequest) -> str:
    """The address of the form, with the ``next`` and ``invitation`` parameters."""
    query = {"next": safe_next_url(request), "invitation": request.GET.get("invitation")}
    return reverse("sign-charter", query={k: v for k, v in query.items() if v} or None)
