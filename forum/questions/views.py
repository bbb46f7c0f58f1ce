"""Accepting an answer, and taking that back."""

from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from accounts import viewers
from forum.models import Post, Thread
from forum.questions import actions


@require_POST
def accept(request, pk):
    """This post settles the question."""
    viewer = viewers.of_request(request)
    seen = Post.objects.visible_to(viewer).select_related("thread")
    post = get_object_or_404(seen, pk=pk)
    actions.accept_answer(post, viewer)
    return redirect(post.place())


@require_POST
def withdraw(request, pk):
    """The question is open again."""
    viewer = viewers.of_request(request)
    thread = get_object_or_404(Thread.objects.visible_to(viewer), pk=pk)
    return redirect(actions.withdraw_answer(thread, viewer))
