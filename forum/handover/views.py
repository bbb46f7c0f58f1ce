"""Ending a mandate, and naming who carries on what it began."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from accounts.base import resume_form
from accounts.base.dates import end_of_day
from accounts.models import Seat
from accounts.organisations.actions import cancel_seat_end
from accounts.organisations.actions import end_seat as end_mandate
from accounts.organisations.forms import MandateEndForm
from accounts.organisations.views import seat_decisions
from accounts.viewers import viewers
from forum.handover import actions
from forum.models import Thread


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
        """Offer whoever may carry it on today, but who does already."""
        super().__init__(*args, **kwargs)
        others = actions.possible_successors(seat).exclude(pk=seat.successor_id)
        field = self.fields["successor"]
        field.queryset = others.select_related("person")
        field.label_from_instance = lambda it: f"{it.person.full_name}, {it.position}"


@require_http_methods(["GET", "HEAD", "POST"])
def end_seat(request, pk):
    """The page that ends a mandate; a POST ends it, now or on a day to come.

    Whoever may then names who carries on what it began.
    """
    if not request.user.is_authenticated:
        return resume_form.redirect_to_login_keeping_form(request)
    seat, sent = (
        seat_decisions.get_seat_or_404(request, pk, allow_holder=True),
        request.method == "POST",
    )
    if seat.is_over or seat.refused_at:
        return _redirect_after_end(request, seat)
    if "annuler" in request.POST:
        words = _("Le mandat de %(person)s pour %(organisation)s n’a plus de date de fin.")
        return seat_decisions.redirect_with_message(
            request, cancel_seat_end(seat, request.user), words
        )
    before = resume_form.pop_saved_form(request)
    form = MandateEndForm(request.POST if sent else None, seat=seat, initial=before)
    if not form.is_valid():
        context = {"seat": seat, "form": form, "back": request.POST.get("depuis", "")}
        status = 422 if form.errors else 200
        return render(request, "handover/end_seat.html", context, status=status)
    day = end_of_day(form.cleaned_data["day"])
    seat = end_mandate(seat, request.user, day)
    if seat.is_over:
        actions.announce_departures()
        words = _("Le mandat de %(person)s pour %(organisation)s a pris fin.")
    elif day and day > seat.ended_at:
        words = _("Le mandat de %(person)s pour %(organisation)s prend toujours fin le "
                  "%(day)s : vous pouvez partir plus tôt, pas plus tard.")  # fmt: skip
    else:
        words = _("Le mandat de %(person)s pour %(organisation)s prendra fin le %(day)s.")
    kept_day = formats.date_format(timezone.localtime(seat.ended_at), "j F Y")
    messages.success(request, words % (seat_decisions.names_of_seat(seat) | {"day": kept_day}))
    return _redirect_after_end(request, seat)


def _redirect_after_end(request, seat):
    """To the page that names a successor where there is one for who ended it, else back."""
    if seat.is_over and actions.may_hand_over(seat, request.user):
        return redirect("succession", seat.pk)
    return seat_decisions.redirect_to_origin(request, seat)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def handover(request, pk):
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
        if not count:
            words = _("%(name)s prend la suite. Aucune question ouverte n’était à reprendre.")
        name = form.cleaned_data["successor"].person.full_name
        messages.success(request, words % {"name": name, "n": count})
        return redirect("account" if seat.person_id == request.user.pk else seat.organisation)
    viewer = viewers.get_viewer(request)
    context = {
        "seat": seat,
        "form": form,
        # Of the one who names, only what they see themselves.
        "questions": Thread.objects.visible_to(viewer)
        .filter(actions.open_questions(seat)).only("title")[:20],
        "may_name": seat.successor is None or actions.may_change_successor(seat, request.user),
        "candidates": form.fields["successor"].queryset.exists(),
    }  # fmt: skip
    status = 422 if request.method == "POST" else 200
    return render(request, "handover/handover.html", context, status=status)
