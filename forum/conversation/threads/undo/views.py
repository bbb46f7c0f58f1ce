"""The button that undoes what was just sent."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.base.rate_limits import RateLimit
from accounts.viewers.middleware import ViewerRequest
from forum.base.rules import Refused
from forum.conversation.threads.login_redirects import registered_required
from forum.conversation.threads.models import Post
from forum.conversation.threads.undo import actions
from forum.conversation.threads.undo.queries import just_sent_posts

#: What is undone does not count as posted, and all who have the page open are told of both.
_UNDOING = RateLimit("undo_post", "20/10m/user,100/d/user")


@require_POST
@registered_required("post", "pk")
def undo_post(request: ViewerRequest, pk: int) -> HttpResponse:
    """Undo sending a post, and lead to the form that holds it, to be changed and sent again."""
    viewer = request.viewer
    own = Post.objects.visible_to(viewer, just_sent_posts).select_related("thread")
    if (post := own.filter(pk=pk).first()) is None:
        raise Http404
    if refusal := _UNDOING.refusal(request):
        messages.error(request, refusal)
        return redirect(post.page_url())
    try:
        draft = actions.undo_post(post, viewer)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(post.page_url())
    messages.info(request, _("L’envoi est annulé : personne ne lit plus ce message."))
    return redirect(draft or "drafts")
