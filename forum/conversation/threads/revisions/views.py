"""The pages of all versions of a post, title or summary; the one that has one blanked."""

from functools import partial

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.base.form_views import answer_form, posted
from accounts.base.pagination import page_number
from accounts.base.rate_limits import RateLimit
from accounts.viewers.middleware import ViewerRequest
from accounts.viewers.rate_limits import ReadingRateLimit
from accounts.viewers.viewers import Viewer
from forum.base.rules import Refused
from forum.conversation.threads.composer import get_post_or_404
from forum.conversation.threads.login_redirects import registered_required
from forum.conversation.threads.models import Post, Thread
from forum.conversation.threads.queries import get_thread
from forum.conversation.threads.revisions import actions, queries
from forum.conversation.threads.revisions.forms import AskToBlankForm, RefuseToBlankForm
from forum.conversation.threads.revisions.models import Revision
from forum.conversation.threads.revisions.rules import may_ask_to_blank, may_decide
from forum.conversation.threads.summaries.models import Summary
from forum.conversation.threads.summaries.queries import summary_of

#: What changed is worked out for each page.
_READING = ReadingRateLimit("versions", people="300/10m/user", guests="100/10m/ip")
#: Each is read by an animator.
_REQUESTS = RateLimit("ask_to_blank", "20/h/user,60/d/user")


@require_safe
def post_versions(request: ViewerRequest, pk: int) -> HttpResponse:
    """All versions of a post, for who reads it."""
    post = get_post_or_404(request, pk)
    return _render_versions(request, post.thread, post, "post")


@require_safe
def title_versions(request: ViewerRequest, pk: int) -> HttpResponse:
    """All titles that a thread had, for who reads it."""
    thread = get_thread(request.viewer, pk)
    return _render_versions(request, thread, thread, "title")


@require_safe
def summary_versions(request: ViewerRequest, pk: int) -> HttpResponse:
    """All versions of the summary that a thread shows, for who reads it."""
    viewer = request.viewer
    thread = get_thread(viewer, pk)
    if (summary := summary_of(viewer, thread)) is None:
        raise Http404
    return _render_versions(request, thread, summary, "summary")


@require_http_methods(["GET", "HEAD", "POST"])
@registered_required()
def blank_version(request: ViewerRequest, pk: int) -> HttpResponse:
    """Ask that a version of one's own be blanked; for animators, blank it or refuse to."""
    viewer = request.viewer
    seen = Revision.objects.visible_to(viewer).select_related("thread", "post", "author")
    revision = seen.get(pk=pk)
    if may_ask_to_blank(viewer, revision):
        return _ask(request, viewer, revision)
    if may_decide(viewer, revision):
        return _decide(request, viewer, revision)
    raise Http404


def _ask(request: ViewerRequest, viewer: Viewer, revision: Revision) -> HttpResponse:
    initial = {"reason": revision.request_reason}
    form = AskToBlankForm(posted(request), initial=initial)

    def act(reason: str) -> Revision:
        actions.ask_to_blank(revision, viewer, reason)
        words = _("C’est demandé. La réponse sera dans votre boîte de réception.")
        messages.success(request, words)
        return revision

    page = partial(_render_blanking, request, revision)
    return answer_form(request, form, act, page, limit=_REQUESTS, error_field="reason")


def _decide(request: ViewerRequest, viewer: Viewer, revision: Revision) -> HttpResponse:
    if request.method == "POST" and "refuse" not in request.POST:
        return _blank(request, viewer, revision)
    form = RefuseToBlankForm(posted(request))

    def act(refusal: str) -> Revision:
        actions.refuse_to_blank(revision, viewer, refusal)
        messages.success(request, _("La version reste. Son auteur lira pourquoi."))
        return revision

    return answer_form(request, form, act, partial(_render_blanking, request, revision))


def _blank(request: ViewerRequest, viewer: Viewer, revision: Revision) -> HttpResponse:
    try:
        actions.blank(revision, viewer)
        messages.success(request, _("La version est effacée."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(revision)


def _render_blanking(
    request: ViewerRequest,
    revision: Revision,
    form: AskToBlankForm | RefuseToBlankForm,
    status: int,
) -> HttpResponse:
    viewer = request.viewer
    context = {
        "revision": revision,
        "form": form,
        "may_decide": may_decide(viewer, revision),
    }
    return render(request, "conversation/revisions/blank_version.html", context, status=status)


def _render_versions(
    request: ViewerRequest, thread: Thread, revised: Post | Thread | Summary, kind: str
) -> HttpResponse:
    if refusal := _READING.refusal(request):
        return render(request, "429.html", {"refusal": refusal}, status=429)
    viewer = request.viewer
    page = queries.revisions_page(viewer, revised, page_number(request.GET))
    context = {
        "thread": thread,
        "post": revised if kind == "post" else None,
        "kind": kind,
        "page": page,
        "versions": queries.shown_versions(viewer, revised, page),
    }
    return render(request, "conversation/revisions/versions.html", context)
