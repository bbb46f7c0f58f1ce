"""The button that follows a search, and the pages of those that one follows."""

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.base.form_views import answer_form, posted
from accounts.base.forms import ReadUntilForm
from accounts.base.rate_limits import RateLimit
from accounts.viewers.middleware import ViewerRequest
from accounts.viewers.viewers import Viewer
from forum.base.rules import Refused
from forum.conversation.threads.login_redirects import redirect_to_sign_in, registered_required
from forum.finding.saved_searches import actions, queries
from forum.finding.saved_searches.forms import SavedSearchForm
from forum.finding.saved_searches.models import SavedSearch
from forum.finding.search.search_query import SearchQuery
from forum.templatetags.forum_tags import ago

_FOLLOWING = RateLimit("follow_search", "60/h/user")


@require_POST
def follow_search(request: ViewerRequest) -> HttpResponse:
    """Follow the search ``q`` or stop (``follow`` is 1 or 0), then lead to its results."""
    viewer = request.viewer
    typed = request.POST.get("q", "")
    query = SearchQuery.from_params({"q": typed})
    if not viewer.is_registered:
        return redirect_to_sign_in(request, query.url())
    if refusal := _FOLLOWING.refusal(request):
        messages.error(request, refusal)
    elif request.POST.get("follow") == "1":
        _follow(request, typed, viewer)
    else:
        actions.unfollow_search(query.typed, viewer)
        messages.success(request, _("Vous ne suivez plus cette recherche."))
    return redirect(query.url())


@require_http_methods(["GET", "HEAD", "POST"])
@registered_required()
def saved_searches(request: ViewerRequest) -> HttpResponse:
    """The searches one follows, with what is new. A POST ends one or marks all as read."""
    viewer = request.viewer
    if request.method == "POST":
        return _unfollow_or_mark_read(request, viewer)
    now = timezone.now()  # Before the rows: what is found in between stays unread.
    rows = queries.saved_searches_with_news(viewer)
    context = {
        "rows": rows,
        "has_news": any(news for _search, news in rows),
        "until": now.isoformat(),
        "most": actions.MAX_SEARCHES,
    }
    return render(request, "finding/saved_searches/saved_searches.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@registered_required()
def saved_search(request: ViewerRequest, pk: int) -> HttpResponse:
    """What one of one's searches has found lately, which counts as read with that.

    A POST keeps how what it finds is signalled.
    """
    viewer = request.viewer
    search = SavedSearch.objects.get(pk=pk, person=viewer.person_id)
    form = SavedSearchForm(posted(request), initial={"channel": search.channel})

    def act(channel: str) -> SavedSearch:
        actions.choose_channel(pk, viewer, channel)
        messages.success(request, _("C’est enregistré."))
        return search

    def page(form: BaseForm, status: int) -> HttpResponse:
        now = timezone.now()
        threads = queries.threads_found(viewer, search, ago)
        if request.method == "GET" and any(it.is_new for it in threads):
            actions.mark_read(viewer, now, pk)
        context = {"saved_search": search, "threads": threads, "form": form}
        return render(
            request, "finding/saved_searches/saved_search.html", context, status=status
        )

    return answer_form(request, form, act, page, error_field="channel")


def _follow(request: ViewerRequest, typed: str, viewer: Viewer) -> None:
    try:
        actions.follow_search(typed, viewer)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(
            request, _("Vous suivez cette recherche : ce qui s’y écrit vous sera signalé.")
        )


def _unfollow_or_mark_read(request: ViewerRequest, viewer: Viewer) -> HttpResponse:
    if "unfollow" in request.POST:
        query = request.POST["unfollow"]
        actions.unfollow_search(query, viewer)
        message = _("Vous ne suivez plus la recherche « %(query)s ».") % {"query": query}
    else:
        form = ReadUntilForm(request.POST)
        if not form.is_valid():
            raise BadRequest
        actions.mark_read(viewer, form.cleaned_data["until"])
        message = _("Tout est lu.")
    messages.success(request, message)
    return redirect("saved-searches")
