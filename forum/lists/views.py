"""The pages that list threads: home, a topic, a space, a tag."""

from django.http import JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from accounts import viewers
from forum import rules, visibility
from forum.audiences import readers_of
from forum.lists.listing import VIEWS, Listing
from forum.lists.refresh import parse_known, refresh
from forum.lists.rows import count
from forum.models import Space, Tag, Topic
from forum.templatetags.foirail import called
from forum.threads.acting import why_only_read
from forum.threads.models import Kind


def home(request):
    """What the territories ask each other, and what they have learnt."""
    return _list(request, Listing.of(request.GET), title=_("À la une du réseau"))


def topic(request, slug):
    """The threads of a topic, in all the spaces one may read."""
    subject = get_object_or_404(Topic, slug=slug)
    listing = Listing.of(request.GET, topic=slug)
    return _list(request, listing, subject=subject, title=called(subject))


def space(request, slug):
    """The threads of one space."""
    viewer = viewers.of_request(request)
    spaces = Space.objects.visible_to(viewer).select_related("college", "group")
    subject = get_object_or_404(spaces, slug=slug)
    listing = Listing.of(request.GET, space=slug)
    why = rules.only_reads(viewer, subject) and why_only_read(subject)
    shown = {"readers": readers_of(subject), "why_only_read": why}
    return _list(request, listing, subject=subject, **shown)


def tag(request, slug):
    """The threads that bear a tag."""
    viewer = viewers.of_request(request)
    subject = get_object_or_404(Tag.objects.visible_to(viewer), slug=slug)
    borne = subject.taggings.filter(visibility.threads(viewer, at="content_object__"))
    subject.name = borne.order_by("pk").values_list("name", flat=True).first()
    return _list(request, Listing.of(request.GET, tag=slug), subject=subject)


def list_changes(request):
    """What an open list must change, by plain HTTP: ``?sujet=…&connus=7:41,9:12``."""
    listing = Listing.of(request.GET)
    known = parse_known(request.GET.get("connus", ""))
    return JsonResponse(refresh(viewers.of_request(request), listing, known).as_frame())


def _list(request, listing, subject=None, title=None, **shown):
    viewer = viewers.of_request(request)
    page = listing.numbered(viewer)
    unanswered = Listing(view="sans-reponse", topic=listing.topic, space=listing.space)
    context = {
        "listing": listing,
        "page": page,
        "subject": subject,
        "title": title or str(subject),
        "views": [(key, str(label)) for key, label in VIEWS.items()],
        "kinds": [(key, str(label)) for key, label in Kind.choices],
        "unanswered": count(viewer, unanswered, 0, 100),
    } | shown
    return render(request, "forum/list.html", context)
