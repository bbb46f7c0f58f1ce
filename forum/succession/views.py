"""Ending a mandate, and naming who carries on what it began."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts import viewers
from accounts.dates import end_of
from accounts.kept import signed_in
from accounts.models import Seat
from accounts.organisations import deciding
from accounts.organisations.actions import end_seat as end_mandate
from accounts.organisations.forms import EndForm
from forum.models import Thread
from forum.succession import actions


class SuccessorForm(forms.Form):
    """Who carries on, among those who sit in the organisation."""

    successor = forms.ModelChoiceField(
        Seat.objects.none(),
        label=gettext_lazy("Qui prend la suite ?"),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choisissez qui prend la suite."),
            "invalid_choice": gettext_lazy("Cette personne ne siège plus ici."),
        },
    )

    def __init__(self, *args, seat, **kwargs):
        """Offer the confirmed seats of the organisation, but the one that ended."""
        super().__init__(*args, **kwargs)
        others = Seat.objects.confirmed().filter(organisation=seat.organisation_id)
        field = self.fields["successor"]
        field.queryset = others.exclude(person=seat.person_id).select_related("person")
        field.label_from_instance = lambda it: f"{it.person.full_name}, {it.position}"


@require_POST
@signed_in("account")
def end_seat(request, pk):
    """End a mandate now or on a day to come; then name who carries on what it began."""
    seat = deciding.seat_of(request, pk, is_holder_free=True)
    form = EndForm(request.POST)
    if not form.is_valid():
        messages.error(request, form.errors["day"][0])
        return deciding.to_where_from(request, seat)
    seat = end_mandate(seat, request.user, end_of(form.cleaned_data["day"]))
    if not seat.is_over:
        words = _("Le mandat de %(person)s pour %(organisation)s prendra fin au jour dit.")
        return deciding.back(request, seat, words)
    actions.mark_departures()
    words = _("Le mandat de %(person)s pour %(organisation)s a pris fin.")
    messages.success(request, words % deciding.names(seat))
    return redirect("succession", seat.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def succession(request, pk):
    """The page of an ended seat: what it leaves, and to whom."""
    seats = Seat.objects.select_related("person", "organisation", "successor__person")
    seat = seats.filter(pk=pk).first()
    if seat is None or not (seat.is_over and actions.may_hand_over(seat, request.user)):
        raise Http404
    form = SuccessorForm(request.POST or None, seat=seat)
    if form.is_valid():
        count = actions.hand_over(seat, form.cleaned_data["successor"], request.user)
        words = ngettext(
            "%(name)s prend la suite : %(n)d question ouverte lui est passée.",
            "%(name)s prend la suite : %(n)d questions ouvertes lui sont passées.",
            count,
        )
        name = form.cleaned_data["successor"].person.full_name
        messages.success(request, words % {"name": name, "n": count})
        return redirect("account" if seat.person_id == request.user.pk else seat.organisation)
    viewer = viewers.of_request(request)
    context = {
        "seat": seat,
        "form": form,
        # Of the one who names, only what they see themselves.
        "questions": Thread.objects.visible_to(viewer)
        .filter(actions.open_questions(seat)).only("title")[:20],
        "candidates": form.fields["successor"].queryset.exists(),
    }  # fmt: skip
    status = 422 if request.method == "POST" else 200
    return render(request, "forum/succession.html", context, status=status)
