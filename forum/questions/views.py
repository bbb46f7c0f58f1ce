"""The buttons that accept an answer and take that back."""

from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from accounts.viewers import viewers
from forum.models import Post, Thread
from forum.questions import actions


@require_POST
def accept_answer(request, pk):
    """Accept a post as the answer of its question."""
    viewer = viewers.get_viewer(request)
    posts = Post.objects.visible_to(viewer).select_related("thread")
    post = get_object_or_404(posts, pk=pk)
    actions.accept_answer(post, viewer)
    return redirect(post.page_url())


@require_POST
def unaccept_answer(request, pk):
    """Leave a question without an accepted answer."""
    viewer = viewers.get_viewer(request)
    thread = get_object_or_404(Thread.objects.visible_to(viewer), pk=pk)
    return redirect(actions.unaccept_answer(thread, viewer))
