"""The buttons that accept an answer and take that back."""

from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.viewers import viewers
from forum.questions import actions
from forum.threads.composer import get_post_or_404
from forum.threads.queries import get_thread


@require_POST
def accept_answer(request, pk):
    """Accept a post as the answer of its question."""
    viewer = viewers.get_viewer(request)
    post = get_post_or_404(request, pk)
    actions.accept_answer(post, viewer)
    return redirect(post.page_url())


@require_POST
def unaccept_answer(request, pk):
    """Leave a question without an accepted answer."""
    viewer = viewers.get_viewer(request)
    thread = get_thread(viewer, pk)
    return redirect(actions.unaccept_answer(thread, viewer))
