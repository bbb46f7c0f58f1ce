"""The pages of who prepares a signature, and of the representative who is asked for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.base import resume_form
from accounts.base.dates import date_format
from accounts.base.rate_limits import RateLimit
from accounts.charter import rendering
from accounts.charter.act_templates.documents import TEMPLATES
from accounts.charter.actions import CannotSign, VersionSuperseded
from accounts.charter.models import CharterVersion
from accounts.charter.queries import signature_with_parties
from accounts.charter.signing_requests import actions, mail
from accounts.charter.signing_requests.forms import RepresentativeForm, SigningRequestForm
from accounts.charter.signing_requests.models import SigningRequest
from accounts.charter.signing_requests.queries import has_account
from accounts.charter.uploads import ACTS
from accounts.charter.views.downloads import remember_signature, remembered_signature
from accounts.charter.views.joining import signed_message
from accounts.organisations.queries import all_colleges, suggested_names
from accounts.territories import countries
from accounts.territories.models import HOME_COUNTRY
from accounts.territories.queries import departments_by_code
from accounts.users.queries import verified_addresses
from accounts.viewers.middleware import PersonRequest, ViewerRequest

if TYPE_CHECKING:
    from accounts.users.models import User


#: Each sends words of one's own to someone who did not ask for them; the key is their address.
REQUESTS = RateLimit("request-signature", "5/h/user,10/d/user,3/h/key,6/d/key")
#: Signing opens an account; the link itself cannot be guessed.
SIGNATURES = RateLimit("sign-request", "30/h/ip")


@require_http_methods(["GET", "HEAD", "POST"])
def prepare_signature(request: ViewerRequest) -> HttpResponseBase:
    """Prepare a signature that a legal representative will give. Guests sign in first."""
    if not request.user.is_authenticated:
        return resume_form.redirect_to_login_keeping_form(request)
    if CharterVersion.objects.in_force() is None:
        return redirect("charter")
    if "carried" in request.POST:
        return _render_prepare(request, _carried_form(request))
    initial = resume_form.pop_saved_form(request)
    too_often = ACTS.refusal(request) if request.FILES else ""
    files = {} if too_often else request.FILES
    sent = (request.POST, files) if request.method == "POST" else ()
    form = SigningRequestForm(*sent, initial=initial, viewer=request.viewer)
    if request.method != "POST":
        return _render_prepare(request, form)
    if too_often:
        form.add_error("document", too_often)
        return _render_prepare(request, form, 429)
    if not form.is_valid():
        return _render_prepare(request, form, 422)
    values = form.request_values()
    if too_often := REQUESTS.refusal(request, key=values["email"].casefold()):
        form.add_error(None, too_often)
        return _render_prepare(request, form, 429)
    try:
        signing_request = actions.request_signature(request.user, **values)
    except CannotSign as refusal:
        form.add_error(refusal.field, str(refusal))
        return _render_prepare(request, form, 403)
    return _mail_and_redirect(request, signing_request)


@require_POST
@resume_form.login_required_returning_to("joining-steps")
def renew_signing_request(request: PersonRequest, pk: int) -> HttpResponse:
    """Mail a new link; the one before is void."""
    own = SigningRequest.objects.filter(preparer=request.user)
    email = own.values_list("email", flat=True).get(pk=pk)
    if refusal := REQUESTS.refusal(request, key=email):
        messages.error(request, refusal)
        return redirect("joining-steps")
    return _mail_and_redirect(request, actions.renew_request(pk, request.user))


@require_POST
@resume_form.login_required_returning_to("joining-steps")
def withdraw_signing_request(request: PersonRequest, pk: int) -> HttpResponse:
    """Withdraw a request: its link opens nothing any more."""
    actions.withdraw_request(pk, request.user)
    messages.success(request, _("La demande est retirée, et son lien ne sert plus."))
    return redirect("joining-steps")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer_request(request: ViewerRequest, token: str) -> HttpResponse:
    """What a representative is asked to sign; a POST signs or declines, a GET never acts.

    The link is all that a person without an account needs. Whoever has one with its address
    signs in; to anyone else who is signed in, the page says that it is not for them.
    """
    signing_request = _find_request(token)
    if signing_request is None or not signing_request.is_open:
        return _render_over(request, signing_request)
    person = request.user if request.user.is_authenticated else None
    if person and signing_request.email not in verified_addresses(person):
        return render(request, "charter/signing_request_not_yours.html", status=403)
    if request.method == "POST" and "decline" in request.POST:
        return _decline(request, signing_request)
    if person is None and has_account(signing_request.email):
        return _render_request(request, signing_request, person, None)
    return _sign(request, signing_request, person)


@never_cache
@require_safe
def signing_request_act(request: ViewerRequest, token: str) -> HttpResponseBase:
    """The act that was enclosed with the request, for who has its link."""
    signing_request = _find_request(token)
    if signing_request is None or not signing_request.is_open or not signing_request.document:
        raise Http404
    return FileResponse(
        signing_request.document.open("rb"),
        as_attachment=True,
        filename="acte.pdf",
        content_type="application/pdf",
    )


def _carried_form(request: ViewerRequest) -> SigningRequestForm:
    """The form with what was typed in the one that signs, but for who signs."""
    signatory = {"full_name", "position", "email"}
    names = SigningRequestForm.base_fields.keys() - SigningRequestForm.unsaved_fields
    initial = {it: request.POST[it] for it in names - signatory if it in request.POST}
    return SigningRequestForm(initial=initial, viewer=request.viewer)


def _find_request(token: str) -> SigningRequest | None:
    rows = SigningRequest.objects.by_token(token)
    return rows.select_related("preparer", "college", "organisation", "territory").first()


def _sign(
    request: ViewerRequest, signing_request: SigningRequest, person: User | None
) -> HttpResponse:
    form = RepresentativeForm(
        request.POST if request.method == "POST" else None,
        person=person,
        signing_request=signing_request,
        initial={"position": signing_request.position},
    )
    if request.method != "POST":
        return _render_request(request, signing_request, person, form)
    version = CharterVersion.objects.in_force()
    if version is None or request.POST.get("version") != version.name:
        form.add_error(None, str(VersionSuperseded()))
    if not form.is_valid():
        return _render_request(request, signing_request, person, form, 422)
    if too_often := SIGNATURES.refusal(request):
        form.add_error(None, too_often)
        return _render_request(request, signing_request, person, form, 429)
    assert version is not None  # Else the form has an error.
    try:
        signature = actions.sign_request(
            signing_request, version=version, person=person, **form.signature_values()
        )
    except CannotSign as refusal:
        form.add_error(None, str(refusal))
        return _render_request(request, signing_request, person, form, 403)
    signing_request.organisation = signature.organisation
    is_mailed = mail.send_receipt(signing_request, request, signature)
    mail.send_outcome(signing_request, request, "signed")
    if is_mailed:
        messages.info(request, _("Le reçu vous a aussi été envoyé par courriel."))
    if person:
        messages.success(request, signed_message(signature))
        return redirect("joining-steps")
    remember_signature(request, signature)
    return redirect(request.path)


def _render_over(
    request: ViewerRequest, signing_request: SigningRequest | None
) -> HttpResponse:
    """What has become of a link that signs no more; to who has just signed, what follows."""
    if signing_request is None or signing_request.signed_at is None:
        return render(request, "charter/signing_request_over.html", status=410)
    context: dict[str, Any] = {"is_signed": True}
    signature = signature_with_parties(remembered_signature(request) or 0)
    named = (signing_request.organisation_id, signing_request.signed_at)
    if signature and (signature.organisation_id, signature.signed_at) == named:
        context |= {
            "confirmation": signed_message(signature),
            "signature": signature,
            "preparer": signing_request.preparer,
        }
    return render(request, "charter/signing_request_over.html", context)


def _decline(request: ViewerRequest, signing_request: SigningRequest) -> HttpResponse:
    actions.decline_request(signing_request)
    mail.send_outcome(signing_request, request, "declined")
    messages.success(request, _("C’est noté : rien n’est signé, et votre adresse est effacée."))
    return redirect("charter")


def _render_prepare(
    request: ViewerRequest, form: SigningRequestForm, status: int = 200
) -> HttpResponse:
    suggested = suggested_names(request.viewer)
    context = {"form": form, "colleges": all_colleges(), "suggested": suggested}
    context["act_templates"] = TEMPLATES.values()
    return render(request, "charter/prepare_signature.html", context, status=status)


def _render_request(
    request: ViewerRequest,
    signing_request: SigningRequest,
    person: User | None,
    form: RepresentativeForm | None,
    status: int = 200,
) -> HttpResponse:
    version = CharterVersion.objects.in_force()
    context = {
        "signing_request": signing_request,
        "charter": version,
        "form": form,
        "token": request.resolver_match and request.resolver_match.kwargs["token"],
        "place": _place_of(signing_request),
        "must_sign_in": person is None and form is None,
    } | (rendering.render_version(version) if version else {})
    return render(request, "charter/signing_request.html", context, status=status)


def _place_of(signing_request: SigningRequest) -> str:
    """Where the organisation acts: its territory, department and country, as far as known."""
    department_code, country = signing_request.department_code, signing_request.country
    departments = [it for it in departments_by_code() if it.code == department_code]
    country = countries.name_of(country) if country != HOME_COUNTRY else ""
    return ", ".join(str(it) for it in (signing_request.territory, *departments, country) if it)


def _mail_and_redirect(request: ViewerRequest, signing_request: SigningRequest) -> HttpResponse:
    actions.purge_requests()
    if mail.send_request(signing_request, request):
        day = date_format(timezone.localtime(signing_request.expires_at), "j F Y")
        words = _("Le lien est parti à %(email)s : il vaut jusqu’au %(day)s.")
        messages.success(request, words % {"email": signing_request.email, "day": day})
    else:
        words = _("Le courriel n’est pas parti. Réessayez plus tard avec « Renvoyer un lien ».")
        messages.error(request, words)
    return redirect("joining-steps")
