"""The pages that list threads: home, a topic, a space, a tag."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.base.pagination import PAGE_SIZE
from accounts.base.parsing import parse_natural_number
from accounts.base.prefetch import is_viewed
from accounts.base.translations import network_name
from accounts.models import User
from accounts.viewers.middleware import ViewerRequest
from accounts.viewers.viewers import Viewer
from forum.base import rules
from forum.base.readership import readership_of
from forum.base.rules import read_only_reason
from forum.base.spaces.new_thread_addresses import address_of_space
from forum.conversation.follows.actions import note_visit
from forum.conversation.follows.unread import unread_threads
from forum.conversation.meetings.queries import next_meeting
from forum.conversation.menu.queries import menu_state_of, site_menu
from forum.conversation.tags.queries import find_tag, related_tags, synonyms_of
from forum.conversation.threads.kinds import ThreadKind
from forum.finding.lists.changes import list_changes_since, parse_known
from forum.finding.lists.listing import VIEWS, Listing
from forum.finding.lists.queries import (
    exchange_among,
    public_figures,
    solved_titles,
    waiting_items,
)
from forum.finding.lists.rows import count_threads, views_with_threads
from forum.finding.statistics.queries import statistics_of
from forum.library.newsletter.queries import unread_issue
from forum.library.sheets.public_versions.queries import public_versions_on
from forum.models import Space, Topic

if TYPE_CHECKING:
    from forum.conversation.tags.models import Tag


def home(request: ViewerRequest) -> HttpResponse:
    """What the territories ask each other, and what they have learnt.

    A guest is told first what this is, and for whom; who is signed in, what waits for them.
    """
    listing = Listing.from_query(request.GET)
    viewer = request.viewer
    is_guest = viewer.person_id is None
    shown: dict[str, Any] = {
        "title": _("Échanges publics") if is_guest else _("À la une du réseau")
    }
    if listing.is_home and is_guest:
        page = listing.get_page(viewer)
        exchange = exchange_among(viewer, [row.pk for row in page.rows])
        shown = {"page": page, "exchange": exchange, "is_welcome": True} | public_figures()
        shown |= {"title": str(network_name()), "solved_titles": solved_titles(viewer)}
    elif listing.is_home and viewer.is_member and isinstance(request.user, User):
        shown["week"] = unread_issue(viewer, request.user.newsletter_read_week)
    return _render_list(request, listing, **shown)


def topic(request: ViewerRequest, slug: str) -> HttpResponse:
    """The threads of a topic, in all the spaces one may read; to a guest, public sheets too."""
    subject = get_object_or_404(Topic, slug=slug)
    listing = Listing.from_query(request.GET, topic=slug)
    shown: dict[str, Any] = {}
    if listing.is_whole and listing.page == 1 and not request.viewer.is_member:
        shown["versions_on_topic"] = public_versions_on(request.viewer, slug)
    return _render_list(request, listing, subject=subject, **shown)


def space(request: ViewerRequest, slug: str) -> HttpResponse:
    """The threads of one space."""
    viewer = request.viewer
    spaces = Space.objects.visible_to(viewer).select_related("college", "group")
    subject = get_object_or_404(spaces, slug=slug)
    listing = Listing.from_query(request.GET, space=slug)
    reason = rules.is_read_only(viewer, subject) and read_only_reason(subject)
    shown: dict[str, Any] = {"readership": readership_of(subject), "read_only_reason": reason}
    if rules.may_start_thread(viewer, subject):
        shown["mail_address"] = address_of_space(subject, listing.topic)
    return _render_list(request, listing, subject=subject, **shown)


def tag(request: ViewerRequest, slug: str) -> HttpResponse:
    """The threads that have a tag."""
    viewer = request.viewer
    if (subject := find_tag(viewer, slug, with_counts=True)) is None:
        raise Http404
    listing = Listing.from_query(request.GET, tag=subject.slug)
    if subject.slug != slug:  # A synonym, or a tag that was merged into it.
        return redirect(listing.url(page=listing.page))
    counts = {key: getattr(subject, f"{key}_count") for key in ThreadKind.values}
    shown: dict[str, Any] = {
        "kind_links": [(key, count, listing.url(view="recents", kind=key))
                       for key, count in counts.items() if count],
        "related": related_tags(viewer, subject),
        "synonyms": synonyms_of(viewer, subject),
    }  # fmt: skip
    return _render_list(request, listing, subject=subject, **shown)


def list_changes(request: ViewerRequest) -> HttpResponse:
    """What an open list must change, by plain HTTP: ``?sujet=…&known=7:41,9:12``."""
    listing = Listing.from_query(request.GET)
    known = parse_known(request.GET.get("known", ""))
    return JsonResponse(list_changes_since(request.viewer, listing, known)._asdict())


def list_unread(request: ViewerRequest) -> HttpResponse:
    """Those of the threads ``?fils=7,9`` that are unread to whoever asks, as JSON."""
    ids = map(parse_natural_number, request.GET.get("fils", "")[:300].split(","))
    pks = [pk for pk in ids if pk is not None][:PAGE_SIZE]
    return JsonResponse({"unread": unread_threads(request.viewer, pks)})


def _render_list(
    request: ViewerRequest,
    listing: Listing,
    subject: Space | Tag | Topic | None = None,
    title: str | None = None,
    **shown: Any,
) -> HttpResponse:
    viewer = request.viewer
    page = shown.pop("page", None) or listing.get_page(viewer)
    if viewer.is_registered:
        assert request.user.is_authenticated
        if is_viewed(request):
            note_visit(request.user)  # First: what is new depends on it.
        shown["unread"] = unread_threads(viewer, [row.pk for row in page.rows])
    unanswered = Listing(view="sans-reponse", topic=listing.topic, space=listing.space)
    state = menu_state_of(viewer)
    menu = site_menu(viewer, state)
    if listing.is_home and viewer.is_registered and listing.page == 1:
        shown["meeting"] = next_meeting(viewer)
    if listing.is_home and request.user.is_authenticated and viewer.is_registered and state:
        shown["waiting"] = waiting_items(request.user, viewer, state)
    if (listing.topic or listing.space) and listing.is_whole and listing.page == 1:
        shown["statistics"] = statistics_of(viewer, listing.topic, listing.space)
    count = count_threads(viewer, unanswered, 0, 100) if not listing.tag else 1
    has_count = listing.is_whole and not (listing.space or listing.tag)
    context = {
        "menu": menu,
        "members_threads": has_count and menu.members_thread_count(listing.topic),
        "listing": listing,
        "page": page,
        "subject": subject,
        "title": title or str(subject),
        "views": [(key, str(label)) for key, label in _offered_views(viewer, listing, count)],
        "kinds": [(key, str(label)) for key, label in ThreadKind.choices],
        # Not told of a tag: its page says how many questions it has.
        "unanswered": 0 if listing.tag else count,
    } | shown
    return render(request, "finding/lists/list.html", context)


def _offered_views(
    viewer: Viewer, listing: Listing, unanswered: int
) -> Iterable[tuple[str, str | Promise]]:
    """The views of a list, with what each is called; to guests those that hold a thread.

    ``unanswered``: how many are without a reply.
    """
    if viewer.is_registered:
        return VIEWS.items()
    offered = {"recents", listing.view} | views_with_threads(viewer, listing)
    offered |= {"sans-reponse"} if unanswered else set()
    return [(key, label) for key, label in VIEWS.items() if key in offered]
