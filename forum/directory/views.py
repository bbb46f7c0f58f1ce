"""The directory: organisations, territories and members, each with what they wrote here.

The models are of ``accounts``; the pages are here because they show threads, which only
the forum can read for a viewer.
"""

from django.db.models import Exists, OuterRef
from django.http import Http404
from django.shortcuts import get_object_or_404, render

from accounts import viewers
from accounts.models import Organisation, Seat, Signature, Territory, User
from forum.models import Post, Thread
from forum.pages import Numbered, page_number

MOST_SHOWN = 10


def organisations(request):
    """The organisations that have signed the charter, by name."""
    signed = Signature.objects.filter(withdrawn_at=None, organisation=OuterRef("pk"))
    rows = Organisation.objects.filter(Exists(signed)).select_related("college")
    rows = rows.order_by("folded")
    page = Numbered(rows, page_number(request.GET), size=50)
    return render(request, "directory/organisations.html", {"page": page})


def organisation(request, slug):
    """One organisation: its college, its signature, its people for members, its threads."""
    viewer = viewers.of_request(request)
    one = get_object_or_404(Organisation.objects.select_related("college"), slug=slug)
    signatures = Signature.objects.filter(organisation=one, withdrawn_at=None)
    seats = Seat.objects.held().filter(organisation=one, confirmed_at__isnull=False)
    mine = Seat.objects.held().filter(organisation=one, person=viewer.person_id).first()
    context = {
        "organisation": one,
        "first_signature": signatures.select_related("version").order_by("signed_at").first(),
        "territories": one.territories.all(),
        "seats": seats.select_related("person")[:50] if viewer.is_member else None,
        "threads": _threads(viewer, seat__organisation=one),
        "mine": mine,
        "decides": viewer.is_animator
        or mine is not None
        and mine.is_contact
        and mine.pk in viewer.seats,
    }
    return render(request, "directory/organisation.html", context)


def territories(request):
    """The territories where the network acts, by name."""
    signed = Signature.objects.filter(
        withdrawn_at=None, organisation__territories=OuterRef("pk")
    )
    rows = Territory.objects.filter(Exists(signed))
    page = Numbered(rows.order_by("folded"), page_number(request.GET), size=50)
    return render(request, "directory/territories.html", {"page": page})


def territory(request, slug):
    """One territory: its organisations, and what they ask and tell."""
    viewer = viewers.of_request(request)
    one = get_object_or_404(Territory, slug=slug)
    context = {
        "territory": one,
        "organisations": one.organisations.select_related("college"),
        "threads": _threads(viewer, seat__organisation__territories=one),
    }
    return render(request, "directory/territory.html", context)


def member(request, pk):
    """A member's page, for members, and for guests what the person wrote in public.

    Someone of whom the viewer may see nothing at all is not found.
    """
    viewer = viewers.of_request(request)
    person = get_object_or_404(User.objects.filter(is_active=True), pk=pk)
    seats = Seat.objects.held().filter(person=person, confirmed_at__isnull=False)
    posts = Post.objects.visible_to(viewer).filter(author=person).select_related("thread")
    is_known = viewer.is_member or viewer.person_id == person.pk
    context = {
        "person": person,
        "seats": seats.select_related("organisation__college") if is_known else [],
        "threads": _threads(viewer, author=person),
        "replies": posts.filter(number__gt=1).order_by("-created_at")[:MOST_SHOWN],
    }
    shown = context["seats"] or context["threads"] or context["replies"]
    if not (shown or viewer.person_id == person.pk):
        raise Http404
    return render(request, "directory/member.html", context)


def _threads(viewer, **written):
    seen = Thread.objects.visible_to(viewer).filter(**written)
    return seen.for_list()[:MOST_SHOWN]
