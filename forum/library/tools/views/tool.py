"""The page of a tool, and the buttons that say who uses it."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.base.rate_limits import RateLimit
from accounts.viewers.middleware import ViewerRequest
from accounts.viewers.viewers import Viewer
from forum.conversation.threads.login_redirects import redirect_to_sign_in
from forum.library.tools import actions, queries, rules

_USES = RateLimit("say_used", "60/10m/user,300/d/user")


@require_safe
def show_tool(request: ViewerRequest, pk: int, slug: str = "") -> HttpResponse:
    """A tool, as the latest version is that the viewer sees; the id is what counts."""
    viewer = request.viewer
    version = queries.get_tool(viewer, pk)
    post, thread = version.post, version.post.thread
    uses, organisation = queries.uses_of(viewer, pk), queries.organisation_of(viewer)
    may_say_used = rules.may_say_used(viewer, version, organisation)
    context = {
        "tool": version,
        "post": post,
        "thread": thread,
        "versions": queries.versions_of(viewer, pk),
        "use_count": uses.count(),
        "users": uses[: queries.MAX_USERS] if rules.may_read_who_uses(viewer) else (),
        "organisation": organisation,
        "may_say_used": may_say_used,
        "own_use": may_say_used and uses.filter(organisation=organisation).first(),
        "may_edit": rules.may_edit_tool(viewer, post, thread),
        "may_publish": rules.may_publish_version(viewer, post, thread),
    }
    return render(request, "library/tools/tool.html", context)


@require_POST
def say_used(request: ViewerRequest, pk: int) -> HttpResponse:
    """Note that the viewer's organisation uses the tool."""
    return _change_use(request, pk, actions.say_used)


@require_POST
def say_unused(request: ViewerRequest, pk: int) -> HttpResponse:
    """Note that the viewer's organisation no longer uses the tool."""
    return _change_use(request, pk, actions.say_unused)


def _change_use(
    request: ViewerRequest, pk: int, action: Callable[[int, Viewer], object]
) -> HttpResponse:
    viewer = request.viewer
    if not viewer.is_registered:
        return redirect_to_sign_in(request, reverse("tool-short", args=[pk]))
    version = queries.get_tool(viewer, pk)
    if refusal := _USES.refusal(request):
        messages.error(request, refusal)
    else:
        action(pk, viewer)
    return redirect(version)
