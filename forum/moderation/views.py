"""The pages of moderation."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import viewers
from forum import rules, visibility
from forum.audiences import readers_of
from forum.models import Post, Thread
from forum.moderation import actions
from forum.moderation.forms import HideForm, MoveForm
from forum.threads.acting import Refused, why_only_read


def hide(request, pk):
    """Hide a post, with a reason."""
    viewer = viewers.of_request(request)
    post = _post(viewer, pk)
    _demand_moderator(viewer)
    form = HideForm(request.POST or None)
    if not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return render(request, "forum/hide.html", {"post": post, "form": form}, status=status)
    left = actions.hide_post(post, viewer, **form.cleaned_data)
    messages.success(request, _("Le message est masqué."))
    return redirect("withheld", pk) if left.withdrawn_at else redirect(post.place())


def withheld(request, pk):
    """A hidden post, its reason and the way back: for animators and its author."""
    viewer = viewers.of_request(request)
    post = _post(viewer, pk, visibility.withheld)
    context = {"post": post, "may_moderate": rules.may_moderate(viewer)}
    return render(request, "forum/withheld.html", context)


@require_POST
def restore(request, pk):
    """Show a hidden post again."""
    viewer = viewers.of_request(request)
    post = _post(viewer, pk, visibility.withheld)
    actions.restore_post(post, viewer)
    messages.success(request, _("Le message est rétabli."))
    return redirect(post.place())


@require_POST
def lock(request, pk):
    """Close a thread to replies, or open it again: ``ferme`` is 1 or 0."""
    viewer = viewers.of_request(request)
    thread = get_object_or_404(Thread.objects.visible_to(viewer), pk=pk)
    return redirect(actions.lock_thread(thread, viewer, request.POST.get("ferme") == "1"))


@require_POST
def pin(request, pk):
    """Keep a thread on top, or let it go: ``epingle`` is 1 or 0."""
    viewer = viewers.of_request(request)
    thread = get_object_or_404(Thread.objects.visible_to(viewer), pk=pk)
    return redirect(actions.pin_thread(thread, viewer, request.POST.get("epingle") == "1"))


def move(request, pk):
    """Move a thread to another space, after saying what that changes in its readers."""
    viewer = viewers.of_request(request)
    seen = Thread.objects.visible_to(viewer).select_related("space")
    thread = get_object_or_404(seen, pk=pk)
    _demand_moderator(viewer)
    if not rules.may_arrange(viewer, thread):
        raise Refused(why_only_read(thread.space))
    form = MoveForm(request.POST or None, viewer=viewer, initial={"space": thread.space.slug})
    if request.method == "POST" and form.is_valid():
        moved = actions.move_thread(thread, viewer, form.cleaned_data["space"])
        messages.success(request, _("Le fil est déplacé vers « %s ».") % moved.space)
        return redirect(moved)
    audiences = [(space, readers_of(space)) for space in form.fields["space"].queryset]
    context = {"thread": thread, "form": form, "audiences": audiences}
    status = 422 if request.method == "POST" else 200
    return render(request, "forum/move.html", context, status=status)


def _post(viewer, pk, rule=None):
    seen = Post.objects.visible_to(viewer, rule).select_related("thread__space")
    return get_object_or_404(seen.with_byline(), pk=pk)


def _demand_moderator(viewer):
    if not rules.may_moderate(viewer):
        raise Refused(_("Ceci revient à l’équipe d’animation."))
