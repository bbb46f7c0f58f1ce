"""The animators' review queue: all that waits for them, the oldest first; and claims."""

from typing import NamedTuple
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.base.pagination import page_number
from accounts.base.parsing import parse_natural_number
from accounts.review_queue import actions
from accounts.review_queue.queries import (
    WaitingPage,
    claims_of,
    items_of,
    waiting_by_source,
)
from accounts.review_queue.sources import ReviewSource, review_sources
from accounts.viewers.decorators import animator_required
from accounts.viewers.middleware import ViewerRequest
from forum.moderation.review_queue.queries import open_consultations

#: Items on a page; and more of one source than this are not counted.
_PAGE_SIZE, _MAX_COUNTED = 30, 999


class QueueFilter(NamedTuple):
    """Which sources the review queue shows: the one of this ``name``, or all."""

    name: str

    def url(self, page: int) -> str:
        """The address of a page of these."""
        return "?" + urlencode(
            {"file": self.name, "page": page} if self.name else {"page": page}
        )


@require_safe
@animator_required()
def review_queue(request: ViewerRequest) -> HttpResponse:
    """What waits, of all sources or of ``?file=`` one, with who has claimed what.

    Below the first of all, what is being decided in threads.
    """
    viewer = request.viewer
    names = [source.name for source in review_sources()]
    chosen = request.GET.get("file", "")
    names = [chosen] if chosen in names else names
    page = WaitingPage(viewer, names, page_number(request.GET), _PAGE_SIZE).or_first()
    pairs = items_of(viewer, page.rows)
    claims = claims_of([(source.name, item.pk) for source, item in pairs])
    context = {
        "page": page,
        "rows": [(source, item, claims.get((source.name, item.pk))) for source, item in pairs],
        "counts": waiting_by_source(viewer, _MAX_COUNTED),
        "listing": QueueFilter(chosen if names == [chosen] else ""),
    }
    is_first = page.number == 1 and names != [chosen]
    context["consultations"] = open_consultations(viewer) if is_first else []
    return render(request, "moderation/review_queue.html", context)


@require_POST
@animator_required("review-queue")
def claim(request: ViewerRequest) -> HttpResponse:
    """Claim the item that the button names, ``source-pk``; return to it in the queue."""
    source, pk = _named_item(request)
    assert request.user.is_authenticated
    try:
        taken = actions.claim_item(source, pk, request.user)
    except PermissionDenied as refusal:
        messages.error(request, str(refusal))
        return _redirect_to_item(request, source, pk)
    if taken is None:
        messages.warning(request, _("Ce n’est plus à traiter : c’est déjà décidé."))
    return _redirect_to_item(request, source, pk)


@require_POST
@animator_required("review-queue")
def release(request: ViewerRequest) -> HttpResponse:
    """Release the item that the button names; return to it in the queue."""
    source, pk = _named_item(request)
    assert request.user.is_authenticated
    actions.release_item(source, pk, request.user)
    return _redirect_to_item(request, source, pk)


def _redirect_to_item(request: ViewerRequest, source: ReviewSource, pk: int) -> HttpResponse:
    """Redirect to the queue, of one source where one pressed there, at the item."""
    chosen = "?" + urlencode({"file": source.name}) if request.GET.get("file") else ""
    return redirect(f"{reverse('review-queue')}{chosen}#{source.name}-{pk}")


def _named_item(request: ViewerRequest) -> tuple[ReviewSource, int]:
    """The source and the id that the button names. Raise Http404 for no such source."""
    name, _dash, pk = request.POST.get("item", "").rpartition("-")
    sources = {source.name: source for source in review_sources()}
    number = parse_natural_number(pk)
    if name not in sources or number is None or number >= 2**63:
        raise Http404
    return sources[name], number
