"""The pages and buttons of moderation."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.viewers import viewers
from forum import rules, visibility
from forum.moderation import actions
from forum.moderation.forms import HidePostForm
from forum.rules import require_moderator
from forum.threads.composer import get_post_or_404
from forum.threads.queries import get_thread


def hide_post(request, pk):
    """The form that hides a post, with a reason."""
    viewer = viewers.get_viewer(request)
    post = get_post_or_404(request, pk)
    require_moderator(viewer)
    form = HidePostForm(request.POST or None)
    if not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return render(
            request, "moderation/hide_post.html", {"post": post, "form": form}, status=status
        )
    thread = actions.hide_post(post, viewer, **form.cleaned_data)
    messages.success(request, _("Le message est masqué."))
    return redirect("hidden-post", pk) if thread.removed_at else redirect(post.page_url())


def hidden_post(request, pk):
    """A hidden post and the reason, for animators, who may restore it, and its author."""
    viewer = viewers.get_viewer(request)
    post = get_post_or_404(request, pk, visibility.hidden_posts)
    context = {"post": post, "may_moderate": rules.may_moderate(viewer)}
    return render(request, "moderation/hidden_post.html", context)


@require_POST
def restore_post(request, pk):
    """Show a hidden post again."""
    viewer = viewers.get_viewer(request)
    post = get_post_or_404(request, pk, visibility.hidden_posts)
    actions.restore_post(post, viewer)
    messages.success(request, _("Le message est rétabli."))
    return redirect(post.page_url())


@require_POST
def lock_thread(request, pk):
    """Close a thread to replies, or open it to them again: ``is_locked`` is 1 or 0."""
    viewer = viewers.get_viewer(request)
    thread = get_thread(viewer, pk)
    return redirect(actions.lock_thread(thread, viewer, request.POST.get("is_locked") == "1"))


@require_POST
def pin_thread(request, pk):
    """Pin a thread at the top of its lists, or unpin it: ``is_pinned`` is 1 or 0."""
    viewer = viewers.get_viewer(request)
    thread = get_thread(viewer, pk)
    return redirect(actions.pin_thread(thread, viewer, request.POST.get("is_pinned") == "1"))
