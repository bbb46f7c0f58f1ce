"""The page where contacts manage an organisation's seats, invitations and e-mail domains."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.forms import BaseForm
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.admission import actions
from accounts.admission.forms import EmailDomainForm, SeatInvitationForm
from accounts.admission.mail import send_invitation
from accounts.admission.queries import declared_domains, open_invitations
from accounts.base import resume_form
from accounts.base.dates import date_format
from accounts.base.form_views import answer_form
from accounts.base.parsing import parse_natural_number
from accounts.base.rate_limits import RateLimit
from accounts.organisations import queries
from accounts.organisations.forms import MandateEndForm
from accounts.organisations.models import Organisation
from accounts.organisations.rules import seat_manager_role
from accounts.organisations.views.refusals import unmatched_refusal, with_refusal_forms
from accounts.viewers.middleware import PersonRequest, ViewerRequest

if TYPE_CHECKING:
    from accounts.admission.models import Invitation


_INVITATIONS = RateLimit("invite", "40/h/user,200/d/user,3/h/key,10/d/key")


def organisation_seats(request: PersonRequest, slug: str) -> HttpResponseBase:
    """The page; a POST invites, withdraws an invitation, declares or removes a domain."""
    if not request.user.is_authenticated:
        return resume_form.redirect_to_login_keeping_form(request)
    organisation = get_object_or_404(Organisation.objects.select_related("college"), slug=slug)
    if not seat_manager_role(request.viewer, organisation):
        raise Http404
    if request.method != "POST":
        return render_seats_page(request, organisation)
    handler = _ACTION_HANDLERS.get(request.POST.get("operation", ""))
    if handler is None:
        raise BadRequest
    return handler(request, organisation)


def render_seats_page(
    request: PersonRequest,
    organisation: Organisation,
    refused: tuple[int | None, BaseForm | None] = (None, None),
    invite: BaseForm | None = None,
    domain: BaseForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the page, with the forms of a failed POST where there are any."""
    waiting = with_refusal_forms(request, "seat", queries.pending_seats(organisation), refused)
    address = reverse("organisation-seats", args=[organisation.slug])
    before = resume_form.pop_saved_form(request, address)
    unmatched = unmatched_refusal(waiting, refused)
    context = {
        "organisation": organisation,
        "is_contact": queries.is_contact(request.user, organisation),
        "waiting": waiting,
        "unmatched_refusal": unmatched,
        "current": queries.confirmed_seats(organisation),
        "ended": queries.ended_seats(organisation),
        "invitations": open_invitations(organisation),
        "domains": declared_domains(organisation),
        "invite": invite or SeatInvitationForm(initial=before),
        "domain": domain or EmailDomainForm(initial=before),
        "end": MandateEndForm(),
        "invalid_form": None if unmatched else refused[1] or invite or domain,
    }
    return render(request, "organisations/organisation_seats.html", context, status=status)


def _invite_person(request: PersonRequest, organisation: Organisation) -> HttpResponse:
    def act(email: str) -> HttpResponse:
        _INVITATIONS.check(request, email.casefold())
        invitation = actions.invite_to_seat(organisation, request.user, email)
        return _invited(request, organisation, invitation)

    def page(form: SeatInvitationForm, status: int) -> HttpResponse:
        return render_seats_page(request, organisation, invite=form, status=status)

    form = SeatInvitationForm(request.POST)
    return answer_form(request, form, act, page, error_field="email")


def _invited(
    request: ViewerRequest, organisation: Organisation, invitation: Invitation
) -> HttpResponse:
    """Mail an invitation; lead back to the page, which says so, or gives the address."""
    if not send_invitation(invitation, request):
        words = _("Le courriel n’est pas parti. Donnez vous-même cette adresse : %(address)s")
        address = request.build_absolute_uri(invitation.get_absolute_url())
        return _redirect_with_message(request, organisation, words % {"address": address})
    words = _("L’invitation est partie à %(email)s : elle vaut jusqu’au %(day)s.")
    day = date_format(timezone.localtime(invitation.expires_at), "j F Y")
    return _redirect_with_message(
        request, organisation, words % {"email": invitation.email, "day": day}
    )


def _withdraw_invitation(request: PersonRequest, organisation: Organisation) -> HttpResponse:
    invitation = get_object_or_404(organisation.invitations, pk=_posted_pk(request))
    actions.withdraw_invitation(invitation, request.user)
    return _redirect_with_message(request, organisation, _("L’invitation est retirée."))


def _declare_domain(request: PersonRequest, organisation: Organisation) -> HttpResponse:
    def act(domain: str) -> HttpResponse:
        actions.declare_domain(organisation, request.user, domain)
        words = _("C’est noté : l’équipe d’animation vérifiera ce domaine.")
        return _redirect_with_message(request, organisation, words)

    def page(form: BaseForm, status: int) -> HttpResponse:
        return render_seats_page(request, organisation, domain=form, status=status)

    form = EmailDomainForm(request.POST)
    return answer_form(request, form, act, page, error_field="domain")


def _remove_domain(request: PersonRequest, organisation: Organisation) -> HttpResponse:
    declared = get_object_or_404(organisation.email_domains, pk=_posted_pk(request))
    actions.remove_domain(declared, request.user)
    return _redirect_with_message(request, organisation, _("Ce domaine n’ouvre plus de siège."))


_ACTION_HANDLERS = {
    "invite": _invite_person,
    "withdraw-invitation": _withdraw_invitation,
    "declare-domain": _declare_domain,
    "remove-domain": _remove_domain,
}


def _posted_pk(request: ViewerRequest) -> int:
    return parse_natural_number(request.POST.get("pk", "")) or 0


def _redirect_with_message(
    request: ViewerRequest, organisation: Organisation, words: str
) -> HttpResponse:
    messages.success(request, words)
    return redirect("organisation-seats", organisation.slug)
