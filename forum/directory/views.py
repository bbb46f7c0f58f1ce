"""The directory of organisations, each with what it wrote here.

The models are of ``accounts``; the pages are here because they show threads, which only
the forum can read for a viewer.
"""

from django.conf import settings
from django.db.models import Exists, F, OuterRef
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts import viewers
from accounts.admission.waiting import organisations_to_admit, to_sponsor
from accounts.models import College, Department, Organisation, Seat, Signature
from accounts.territories import countries
from accounts.territories.actions import own_seats
from accounts.territories.models import HOME
from forum import visibility
from forum.directory import knowing
from forum.directory.asking import Asked
from forum.directory.listing import organisations as organisations_asked
from forum.directory.listing import people
from forum.models import Thread
from forum.pages import Numbered

MOST_SHOWN = 10


@require_safe
def organisations(request):
    """The organisations that have signed the charter, by name."""
    viewer, asked = viewers.of_request(request), Asked.of(request.GET)
    rows = organisations_asked(viewer, asked)
    rows = rows.select_related("college").prefetch_related("territories")
    context = {
        "asked": asked,
        "page": Numbered(rows, asked.page, size=30),
        "colleges": College.objects.all(),
        "departments": Department.objects.order_by("code"),
        "candidates": _candidates(viewer),
    }
    return render(request, "directory/organisations.html", context)


@require_safe
def organisation(request, slug):
    """One organisation: its college, its signature, its people for members, its threads.

    One that is no more of the network says so, and keeps what it wrote. Who may open the
    page: ``visibility.organisations``.
    """
    viewer = viewers.of_request(request)
    ours = own_seats(viewer).filter(organisation=OuterRef("pk"))
    held = Seat.objects.held().filter(organisation=OuterRef("pk"), person=viewer.person_id or 0)
    rows = Organisation.objects.select_related("college").annotate(
        is_ours=Exists(ours), is_led=Exists(ours.deciding()), sits=Exists(held),
        is_in_network=Exists(Organisation.objects.in_network().filter(pk=OuterRef("pk"))),
    )  # fmt: skip
    one = get_object_or_404(rows.filter(visibility.organisations(viewer)), slug=slug)
    signatures = Signature.objects.filter(organisation=one)
    stands_first = F("withdrawn_at").desc(nulls_first=True)
    seats = Seat.objects.speaking().filter(organisation=one, person__in=people())
    context = {
        "organisation": one,
        "first_signature": signatures.order_by(stands_first, "signed_at").first(),
        "territories": one.territories.all(),
        "country": countries.name_of(one.country) if one.country != HOME else "",
        "may_choose": viewer.is_animator or one.is_ours,
        "seats": seats.select_related("person")[:50] if viewer.is_member else None,
        "decides": viewer.is_animator or one.is_led,
        "may_sponsor": _may_sponsor(request.user, viewer, one),
        "topics": knowing.known_topics(viewer, one.seats.values("pk")),
        "threads": Thread.objects.visible_to(viewer)
        .filter(seat__organisation=one)
        .for_list()[:MOST_SHOWN],
    }
    return render(request, "directory/organisation.html", context)


def _candidates(viewer):
    """How many organisations look for sponsors, for those who may be asked."""
    if settings.FORUM_ADMISSION != "sponsored" or not viewer.is_member:
        return 0
    return organisations_to_admit().count()


def _may_sponsor(person, viewer, organisation):
    """Whether the one who looks may vouch for ``organisation``, which waits."""
    if organisation.admitted_at or not viewer.seat_id:
        return False
    return to_sponsor(person, viewer).filter(pk=organisation.pk).exists()
