"""A person's own pages: who they are here, for whom, what that opens, and on what devices."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef, Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import viewers
from accounts.charter.situation import situation_of
from accounts.kept import signed_in
from accounts.natural import natural
from accounts.openings.rule import may_open
from accounts.organisations.actions import write_for as write_for_seat
from accounts.organisations.forms import EndForm
from accounts.organisations.models import Seat
from accounts.people.devices import end_other_places, end_place, places_of
from accounts.people.factors import has_second_factor
from accounts.people.forms import ProfileForm


@login_required
def account(request):
    """My account; a POST changes my name."""
    person = request.user
    form = ProfileForm(request.POST or None, initial={"full_name": person.full_name})
    if form.is_valid():
        person.full_name = form.cleaned_data["full_name"]
        person.save(update_fields=["full_name"])
        messages.success(request, _("Votre nom est enregistré."))
        return redirect("account")
    others = Seat.objects.speaking().present().filter(organisation=OuterRef("organisation"))
    others = others.exclude(person=person)
    seats = person.seats.select_related("organisation__college").annotate(
        decides=Exists(Seat.objects.deciding().filter(pk=OuterRef("pk"))),
        is_alone=Q(confirmed_at__isnull=False) & ~Exists(others),
    )
    signatures = person.signatures.select_related("version", "organisation")
    context = {
        "form": form,
        "situation": situation_of(person, viewers.of_request(request)),
        "seats": seats.order_by("-started_at"),
        "end": EndForm(),
        "signatures": signatures.order_by("-signed_at"),
        "has_factor": has_second_factor(person),
        "may_open": may_open(viewers.of_request(request), person),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "accounts/account.html", context, status=status)


@require_POST
@signed_in("account")
def write_for(request):
    """Choose the seat one writes for, among several."""
    write_for_seat(request.user, natural(request.POST.get("seat", "")))
    messages.success(request, _("C’est noté : vous écrivez désormais pour cette organisation."))
    return redirect("account")


@login_required
def devices(request):
    """Where I am signed in."""
    places = places_of(request.user, request.session.session_key)
    return render(request, "accounts/devices.html", {"places": places})


@require_POST
@signed_in("devices")
def end_device(request, number):
    """End one of my sessions, at once: its pages close, its next request is a guest's."""
    if not end_place(request.user, number):
        raise Http404
    messages.success(request, _("Cet appareil est déconnecté."))
    return redirect("devices")


@require_POST
@signed_in("devices")
def end_other_devices(request):
    """End all my sessions but this one."""
    end_other_places(request.user, request.session.session_key)
    messages.success(request, _("Vous n’êtes plus connecté que sur cet appareil."))
    return redirect("devices")
