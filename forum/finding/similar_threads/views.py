"""Threads that are similar to one, or to a title that is being typed: a page, or its list.

The list alone is for scripts, which ask for ``part=list``.
"""

from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from accounts.base.rate_limits import RateLimit
from accounts.viewers.middleware import ViewerRequest
from accounts.viewers.rate_limits import ReadingRateLimit
from forum.conversation.threads.links.rules import may_link
from forum.conversation.threads.queries import get_thread
from forum.finding.similar_threads.queries import (
    similar_to_thread,
    similar_to_title,
    threads_on_topic,
)

#: A title is asked about at each pause of who types it.
_TITLES = RateLimit("similar_to_title", "300/10m/user")
_THREADS = ReadingRateLimit("similar_threads", people="600/10m/user", guests="3000/10m/ip")


@require_safe
def find_similar_threads(request: ViewerRequest, pk: int) -> HttpResponse:
    """Those that are similar to a thread; where none is, others on its topic."""
    viewer = request.viewer
    thread = get_thread(viewer, pk)
    if refusal := _THREADS.refusal(request):
        return _render_refusal(request, request.GET, refusal)
    rows = similar_to_thread(viewer, thread)
    context = {"thread": thread, "is_similar": bool(rows)}
    if may_link(viewer, thread) and not _is_list(request.GET):
        context["linking"] = thread
    context["rows"] = rows or threads_on_topic(viewer, thread)
    return _render(
        request, request.GET, "finding/similar_threads/similar_threads.html", context
    )


@require_POST
def find_similar_to_title(request: ViewerRequest) -> HttpResponse:
    """Those that are similar to a title and tags as they are typed, by who has an account."""
    viewer = request.viewer
    if not viewer.is_registered:
        return HttpResponse(status=403)
    if refusal := _TITLES.refusal(request):
        return _render_refusal(request, request.POST, refusal)
    title, tags = request.POST.get("title", ""), request.POST.get("tags", "")
    context = {"title": title, "rows": similar_to_title(viewer, title, tags)}
    return _render(
        request, request.POST, "finding/similar_threads/similar_to_title.html", context
    )


def _render(
    request: ViewerRequest, params: QueryDict, template: str, context: dict[str, Any]
) -> HttpResponse:
    return render(request, f"{template}#list" if _is_list(params) else template, context)


def _render_refusal(request: ViewerRequest, params: QueryDict, refusal: str) -> HttpResponse:
    if _is_list(params):
        return HttpResponse(status=429)
    return render(request, "429.html", {"refusal": refusal}, status=429)


def _is_list(params: QueryDict) -> bool:
    return params.get("part") == "list"
