"""The page of a thread's links to others, where one adds and removes them."""

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.base.form_views import answer_form, posted
from accounts.viewers.middleware import ViewerRequest
from accounts.viewers.rate_limits import MemberRateLimit
from accounts.viewers.viewers import Viewer
from forum.base import rules
from forum.base.rules import Refused, refusal_reason
from forum.conversation.threads.links import actions
from forum.conversation.threads.links.forms import LinkForm
from forum.conversation.threads.links.models import LinkKind, ThreadLink
from forum.conversation.threads.links.queries import removable_links
from forum.conversation.threads.links.rules import may_link
from forum.conversation.threads.login_redirects import redirect_to_sign_in, registered_required
from forum.conversation.threads.models import Thread
from forum.conversation.threads.queries import get_thread

#: Each is shown on the pages of two threads.
_LINKS = MemberRateLimit(
    "thread_link",
    "30/10m/user,100/d/user,150/10m/key",
    waiting="10/10m/user,20/d/user,20/10m/key",
)


@require_http_methods(["GET", "HEAD", "POST"])
@registered_required()
def thread_links(request: ViewerRequest, pk: int) -> HttpResponse:
    """The links of a thread, and the form that adds one."""
    viewer = request.viewer
    thread = get_thread(viewer, pk)
    if not may_link(viewer, thread):
        raise Refused(refusal_reason(viewer, thread, rules.no_reply_reason(thread)))
    proposed = {"address": request.GET.get("fil", "")}
    form = LinkForm(
        posted(request),
        initial=proposed,
        viewer=viewer,
        thread=thread,
        host=request.get_host(),
    )

    def act(address: Thread, kind: str) -> Thread:
        actions.link_thread(thread, viewer, address.pk, LinkKind(kind))
        messages.success(request, _("Les deux fils sont liés."))
        return thread

    page = partial(_render, request, viewer, thread)
    return answer_form(
        request, form, act, page, limit=_LINKS, error_field="address", refusal_status=422
    )


@require_POST
def remove_link(request: ViewerRequest, pk: int) -> HttpResponse:
    """Take a link away."""
    viewer = request.viewer
    link = ThreadLink.objects.visible_to(viewer).select_related("thread").get(pk=pk)
    if not viewer.is_registered:
        return redirect_to_sign_in(request, reverse("thread-links", args=[link.thread_id]))
    if refusal := _LINKS.refusal(request):
        messages.error(request, refusal)
    else:
        actions.unlink_thread(link, viewer)
        messages.success(request, _("Le lien est retiré."))
    return redirect(link.thread)


def _render(
    request: ViewerRequest, viewer: Viewer, thread: Thread, form: LinkForm, status: int
) -> HttpResponse:
    context = {"thread": thread, "form": form, "links": removable_links(viewer, thread)}
    return render(request, "conversation/links/thread_links.html", context, status=status)
