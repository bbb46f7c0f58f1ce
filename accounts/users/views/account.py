"""A person's own pages: who they are here, for whom, what that opens, and on what devices."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef, Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.base.parsing import parse_natural_number
from accounts.base.resume_form import login_required_returning_to
from accounts.break_glass.rules import may_break_glass
from accounts.charter.status import get_charter_status
from accounts.organisations.actions import choose_writing_seat as write_for_seat
from accounts.organisations.forms import MandateEndForm
from accounts.organisations.models import Seat
from accounts.users.devices import sign_out_device, sign_out_other_devices, signed_in_devices
from accounts.users.forms import AccountNameForm
from accounts.users.second_factors import has_second_factor
from accounts.viewers import viewers


@login_required
def account(request):
    """My account; a POST changes my name."""
    person = request.user
    form = AccountNameForm(request.POST or None, initial={"full_name": person.full_name})
    if form.is_valid():
        person.full_name = form.cleaned_data["full_name"]
        person.save(update_fields=["full_name"])
        messages.success(request, _("Votre nom est enregistré."))
        return redirect("account")
    others = (
        Seat.objects.representing()
        .with_active_holder()
        .filter(organisation=OuterRef("organisation"))
    )
    others = others.exclude(person=person)
    seats = person.seats.select_related("organisation__college").annotate(
        decides=Exists(Seat.objects.contacts().filter(pk=OuterRef("pk"))),
        is_alone=Q(confirmed_at__isnull=False) & ~Exists(others),
    )
    signatures = person.signatures.select_related("version", "organisation")
    context = {
        "form": form,
        "charter_status": get_charter_status(person, viewers.get_viewer(request)),
        "seats": seats.order_by("-started_at"),
        "end": MandateEndForm(),
        "signatures": signatures.order_by("-signed_at"),
        "has_factor": has_second_factor(person),
        "may_break_glass": may_break_glass(viewers.get_viewer(request), person),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "users/account.html", context, status=status)


@require_POST
@login_required_returning_to("account")
def write_for(request):
    """Choose the seat one writes for, among several."""
    write_for_seat(request.user, parse_natural_number(request.POST.get("seat", "")))
    messages.success(request, _("C’est noté : vous écrivez désormais pour cette organisation."))
    return redirect("account")


@login_required
def devices(request):
    """Where I am signed in."""
    devices = signed_in_devices(request.user, request.session.session_key)
    return render(request, "users/devices.html", {"devices": devices})


@require_POST
@login_required_returning_to("devices")
def sign_out_device_view(request, number):
    """End one of my sessions, at once: its pages close, its next request is a guest's."""
    if not sign_out_device(request.user, number):
        raise Http404
    messages.success(request, _("Cet appareil est déconnecté."))
    return redirect("devices")


@require_POST
@login_required_returning_to("devices")
def sign_out_other_devices_view(request):
    """End all my sessions but this one."""
    sign_out_other_devices(request.user, request.session.session_key)
    messages.success(request, _("Vous n’êtes plus connecté que sur cet appareil."))
    return redirect("devices")
