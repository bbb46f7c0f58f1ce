"""A person's own page: who they are here, for whom, and what that opens."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import viewers
from accounts.charter.situation import situation_of
from accounts.organisations.actions import write_for as write_for_seat
from accounts.organisations.forms import EndForm
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
    seats = person.seats.select_related("organisation__college").order_by("-started_at")
    signatures = person.signatures.select_related("version", "organisation")
    context = {
        "form": form,
        "situation": situation_of(person, viewers.of_request(request)),
        "seats": seats,
        "end": EndForm(),
        "signatures": signatures.order_by("-signed_at"),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "accounts/account.html", context, status=status)


@require_POST
@login_required
def write_for(request):
    """Choose the seat one writes for, among several."""
    number = request.POST.get("seat", "")
    is_number = number.isascii() and number.isdecimal() and len(number) < 19
    write_for_seat(request.user, int(number) if is_number else None)
    messages.success(request, _("C’est noté : vous écrivez désormais pour cette organisation."))
    return redirect("account")
