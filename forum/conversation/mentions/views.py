"""Names suggested while one types them after an ``@``."""

from django.http import Http404, JsonResponse
from django.views.decorators.http import require_safe

from accounts.viewers.middleware import ViewerRequest
from accounts.viewers.rate_limits import ReadingRateLimit
from forum.conversation.mentions.queries import (
    find_thread_of_form,
    suggest_listed_names,
    suggest_names,
)

#: What one types in a while is less: a name is some letters, each a question.
_SUGGESTIONS = ReadingRateLimit("suggest_names", people="1200/10m/user", guests="300/10m/ip")


@require_safe
def name_suggestions(request: ViewerRequest) -> JsonResponse:
    """Whom ``?q=`` may name in ``?thread=``, an id, or in a new thread of ``?space=``, as JSON.

    In a field of names, ``?among=``: ``people``, ``organisations`` or ``addressees``.
    ``{"names": [{"name", "organisation"}, …]}``, for members; empty for others.
    """
    viewer = request.viewer
    if refusal := _SUGGESTIONS.refusal(request):
        return JsonResponse({"error": refusal}, status=429)
    typed = request.GET.get("q", "")
    if among := request.GET.get("among"):
        names = suggest_listed_names(viewer, typed, among)
        return JsonResponse({"names": [name._asdict() for name in names]})
    if not {"thread", "space"} & request.GET.keys():
        return JsonResponse({"names": []})
    if (thread := find_thread_of_form(viewer, request.GET)) is None:
        raise Http404
    names = suggest_names(viewer, thread.space, typed, thread.pk)
    return JsonResponse({"names": [name._asdict() for name in names]})
