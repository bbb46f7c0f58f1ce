"""Accepting an answer, and taking that back."""

from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from accounts.viewers import viewers
from forum.models import Post, Thread
from forum.questions import actions


@require_POST
def accept_answer(request, pk):
    """This post settles the question."""
    viewer = viewers.get_viewer(request)
    seen = Post.objects.visible_to(viewer).select_related("thread")
    post = get_object_or_404(seen, pk=pk)
    actions.accept_answer(post, viewer)
    return redirect(post.page_url())


@require_POST
def unaccept_answer(request, pk):
    """The question is open again."""
    viewer = viewers.get_viewer(request)
    thread = get_object_or_404(Thread.objects.visible_to(viewer), pk=pk)
    return redirect(actions.unaccept_answer(thread, viewer))
