"""The forms that write: a new thread, its settings, an edit, a deletion."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.base.resume_form import pop_saved_form
from accounts.viewers import viewers
from forum import rules, visibility
from forum.readership import readership_of
from forum.rules import Refused, refusal_reason
from forum.spaces.models import Space
from forum.threads import actions
from forum.threads.composer import get_post_or_404, set_form_values, with_new_key
from forum.threads.forms import EditPostForm, NewThreadForm, ThreadForm
from forum.threads.login_redirects import redirect_to_charter, redirect_to_sign_in
from forum.threads.models import Thread


def new_thread(request):
    """Ask, tell or discuss: the form of a new thread."""
    viewer = viewers.get_viewer(request)
    if not viewer.is_registered:
        return redirect_to_sign_in(request)
    if not rules.may_start_thread(viewer) and request.method != "POST":
        return redirect_to_charter(request, _("Pour ouvrir un fil, signez d’abord la charte."))
    if request.method != "POST":
        initial = with_new_key(
            {"kind": "question", "space": "reseau"} | _initial_from_query(request, viewer)
        )
        initial |= pop_saved_form(request) or {}
        return _render_new_thread(
            request, viewer, NewThreadForm(initial=initial, viewer=viewer)
        )
    form = NewThreadForm(request.POST, viewer=viewer)
    if not form.is_valid():
        return _render_new_thread(request, viewer, form, status=422)
    try:
        typed = dict(form.cleaned_data)
        started = actions.start_thread(viewer.with_seat(typed.pop("seat")), **typed)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _render_new_thread(request, viewer, form, status=403)
    return redirect(started)


def edit_thread(request, pk):
    """Retitle and retag a thread."""
    viewer = viewers.get_viewer(request)
    if not viewer.is_registered:
        return redirect_to_sign_in(request)
    shown = get_object_or_404(Thread.objects.visible_to(viewer).with_byline(), pk=pk)
    initial = {"title": shown.title, "topic": shown.topic.slug, "kind": shown.kind}
    if request.method != "POST":
        if not rules.may_edit_thread(viewer, shown):
            raise Refused(
                refusal_reason(viewer, shown, _("Vous ne pouvez pas modifier ce fil."))
            )
        initial["tags"] = ", ".join(tagging.name for tagging in shown.taggings.all())
        form = ThreadForm(initial=initial | (pop_saved_form(request) or {}), viewer=viewer)
        return render(request, "threads/edit_thread.html", {"thread": shown, "form": form})
    form = ThreadForm(request.POST, viewer=viewer)
    status = 422
    if form.is_valid():
        try:
            return redirect(actions.edit_thread(shown, viewer, **form.cleaned_data))
        except Refused as refusal:
            form.add_error(None, str(refusal))
            status = 403
    return render(
        request, "threads/edit_thread.html", {"thread": shown, "form": form}, status=status
    )


def edit_post(request, pk):
    """Edit one's own post."""
    viewer = viewers.get_viewer(request)
    if not viewer.is_registered:
        return redirect_to_sign_in(request)
    shown = get_post_or_404(request, pk)
    if request.method != "POST":
        if not rules.may_edit_post(viewer, shown, shown.thread):
            return _redirect_non_editor(request, viewer, shown)
        typed = pop_saved_form(request) or {"text": shown.text, "version": shown.version}
        typed = {"audience": shown.thread.space_id} | typed
        return render(
            request,
            "threads/edit_post.html",
            {"post": shown, "form": EditPostForm(initial=typed)},
        )
    form = EditPostForm(request.POST)
    if not form.is_valid():
        return render(
            request, "threads/edit_post.html", {"post": shown, "form": form}, status=422
        )
    try:
        return redirect(actions.edit_post(shown, viewer, **form.cleaned_data).page_url())
    except actions.EditConflict as overtaken:
        return _render_edit_conflict(request, form, overtaken)
    except Refused as refusal:
        form.add_error("text", str(refusal))
        set_form_values(form, audience=shown.thread.space_id)
        return render(
            request, "threads/edit_post.html", {"post": shown, "form": form}, status=403
        )


def delete_post(request, pk):
    """Take back one's own post, after asking once."""
    viewer = viewers.get_viewer(request)
    if not viewer.is_registered:
        return redirect_to_sign_in(request)
    shown = get_post_or_404(request, pk, visibility.deletable_posts)
    if not rules.may_delete_post(viewer, shown):
        raise Refused(_("Vous ne pouvez supprimer que vos messages."))
    if request.method != "POST":
        return render(request, "threads/delete_post.html", {"post": shown})
    left = actions.delete_post(shown, viewer)
    messages.success(request, _("Votre message est supprimé."))
    return redirect("home") if left.removed_at else redirect(shown.page_url())


def _redirect_non_editor(request, viewer, post):
    """For whom may not edit (any more): its author may take it back, an animator hide it."""
    words = _("Vous ne pouvez plus modifier ce message.")
    if rules.may_delete_post(viewer, post):
        messages.info(request, words)
        return redirect("delete-post", post.pk)
    if rules.may_moderate(viewer):
        return redirect("hide-post", post.pk)
    raise Refused(words)


def _initial_from_query(request, viewer):
    """What the address asks for; not a space where one may not write."""
    asked = {name: request.GET[name] for name in ("topic", "space") if name in request.GET}
    writable = Space.objects.visible_to(viewer, visibility.writable_spaces)
    if "space" in asked and not writable.filter(slug=asked["space"]).exists():
        del asked["space"]
    return asked


def _render_new_thread(request, viewer, form, status=200):
    space_readerships = [
        (space, readership_of(space)) for space in form.fields["space"].queryset
    ]
    context = {"form": form, "space_readerships": space_readerships}
    return render(request, "threads/new_thread.html", context, status=status)


def _render_edit_conflict(request, form, overtaken):
    """Show what stands beside what was typed; sending again then replaces it knowingly."""
    set_form_values(form, version=overtaken.post.version)
    form.add_error("text", str(overtaken))
    context = {"post": overtaken.post, "form": form, "current_post": overtaken.post}
    return render(request, "threads/edit_post.html", context, status=409)
