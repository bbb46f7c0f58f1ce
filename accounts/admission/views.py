"""The pages of sponsors, and the animators' decisions about admission and domains."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.admission import actions
from accounts.admission.models import EmailDomain
from accounts.admission.queries import waiting_organisations
from accounts.base.form_views import answer_form
from accounts.base.resume_form import login_required_returning_to
from accounts.organisations.forms import RefusalForm
from accounts.organisations.models import Organisation
from accounts.organisations.queries import known_organisation
from accounts.organisations.views import animator_dashboard as dashboard
from accounts.viewers.decorators import animator_required
from accounts.viewers.middleware import PersonRequest, ViewerRequest


@require_safe
@login_required
def candidates(request: ViewerRequest) -> HttpResponse:
    """The organisations that look for sponsors. Raise Http404 for others than members."""
    viewer = request.viewer
    if not viewer.is_member:
        raise Http404
    context = {"candidates": waiting_organisations()}
    return render(request, "admission/candidates.html", context)


@require_POST
@login_required_returning_to("candidates")
def sponsor(request: PersonRequest, slug: str) -> HttpResponse:
    """Sponsor an organisation."""
    viewer = request.viewer
    if not viewer.is_member:
        raise Http404
    organisation = actions.sponsor(known_organisation(viewer, slug), request.user)
    if organisation.admitted_at:
        words = _("Merci : « %s » a ses deux parrains, elle est entrée dans le réseau.")
    elif organisation.sponsorships.filter(sponsor=request.user).exists():
        words = _("Merci : votre parrainage de « %s » est noté.")
    else:
        words = _("Votre organisation a déjà parrainé « %s » : elle n’a qu’une voix.")
    messages.success(request, words % organisation.name)
    return redirect("candidates")


@require_POST
@animator_required("seats")
def admit_organisation(request: PersonRequest, slug: str) -> HttpResponse:
    """Admit an organisation without sponsors."""
    organisation = actions.admit_organisation(
        get_object_or_404(Organisation, slug=slug), request.user
    )
    messages.success(request, _("« %s » est entrée dans le réseau.") % organisation.name)
    return redirect("seats")


@require_POST
@animator_required("seats")
def verify_domain(request: PersonRequest, pk: int) -> HttpResponse:
    """Verify a domain."""
    declared = actions.verify_domain(get_object_or_404(EmailDomain, pk=pk), request.user)
    words = _("Les adresses en @%s ouvrent désormais les sièges de cette organisation.")
    messages.success(request, words % declared.domain)
    return redirect("seats")


@require_POST
@animator_required("seats")
def refuse_domain(request: PersonRequest, pk: int) -> HttpResponse:
    """Refuse a domain, with a reason."""
    declared = get_object_or_404(EmailDomain, pk=pk)

    def act(reason: str) -> str:
        actions.refuse_domain(declared, request.user, reason)
        messages.success(request, _("Le domaine @%s est refusé.") % declared.domain)
        return "seats"

    def page(form: BaseForm, status: int) -> HttpResponse:
        return dashboard.render_dashboard(request, refused_domain=(pk, form), status=status)

    form = RefusalForm(request.POST, prefix=f"domain-{pk}")
    return answer_form(request, form, act, page, error_field="reason")
