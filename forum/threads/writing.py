"""The forms that write: a new thread, its settings, an edit, a deletion."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts import viewers
from accounts.kept import typed_before
from forum import rules, visibility
from forum.audiences import readers_of
from forum.spaces.models import Space
from forum.threads import actions
from forum.threads.acting import Refused, why_not
from forum.threads.composing import fresh, post_of, refill
from forum.threads.forms import EditForm, NewThreadForm, ThreadForm
from forum.threads.gates import to_charter, to_sign_in
from forum.threads.models import Thread


def new_thread(request):
    """Ask, tell or discuss: the form of a new thread."""
    viewer = viewers.of_request(request)
    if not viewer.is_registered:
        return to_sign_in(request)
    if not rules.may_start(viewer) and request.method != "POST":
        return to_charter(request, _("Pour ouvrir un fil, signez d’abord la charte."))
    if request.method != "POST":
        initial = fresh({"kind": "question", "space": "reseau"} | _asked(request, viewer))
        initial |= typed_before(request) or {}
        return _new_thread(request, viewer, NewThreadForm(initial=initial, viewer=viewer))
    form = NewThreadForm(request.POST, viewer=viewer)
    if not form.is_valid():
        return _new_thread(request, viewer, form, status=422)
    try:
        typed = dict(form.cleaned_data)
        started = actions.start_thread(viewer.writing_for(typed.pop("seat")), **typed)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _new_thread(request, viewer, form, status=403)
    return redirect(started)


def revise(request, pk):
    """Retitle and retag a thread."""
    viewer = viewers.of_request(request)
    if not viewer.is_registered:
        return to_sign_in(request)
    shown = get_object_or_404(Thread.objects.visible_to(viewer).with_byline(), pk=pk)
    initial = {"title": shown.title, "topic": shown.topic.slug, "kind": shown.kind}
    if request.method != "POST":
        if not rules.may_revise(viewer, shown):
            raise Refused(why_not(viewer, shown, _("Vous ne pouvez pas modifier ce fil.")))
        initial["tags"] = ", ".join(tagging.name for tagging in shown.taggings.all())
        form = ThreadForm(initial=initial | (typed_before(request) or {}), viewer=viewer)
        return render(request, "forum/revise.html", {"thread": shown, "form": form})
    form = ThreadForm(request.POST, viewer=viewer)
    status = 422
    if form.is_valid():
        try:
            return redirect(actions.revise_thread(shown, viewer, **form.cleaned_data))
        except Refused as refusal:
            form.add_error(None, str(refusal))
            status = 403
    return render(request, "forum/revise.html", {"thread": shown, "form": form}, status=status)


def edit(request, pk):
    """Edit one's own post."""
    viewer = viewers.of_request(request)
    if not viewer.is_registered:
        return to_sign_in(request)
    shown = post_of(request, pk)
    if request.method != "POST":
        if not rules.may_edit(viewer, shown, shown.thread):
            return _another_way(request, viewer, shown)
        typed = typed_before(request) or {"text": shown.text, "version": shown.version}
        typed = {"audience": shown.thread.space_id} | typed
        return render(
            request, "forum/edit.html", {"post": shown, "form": EditForm(initial=typed)}
        )
    form = EditForm(request.POST)
    if not form.is_valid():
        return render(request, "forum/edit.html", {"post": shown, "form": form}, status=422)
    try:
        return redirect(actions.edit_post(shown, viewer, **form.cleaned_data).place())
    except actions.Overtaken as overtaken:
        return _overtaken(request, form, overtaken)
    except Refused as refusal:
        form.add_error("text", str(refusal))
        refill(form, audience=shown.thread.space_id)
        return render(request, "forum/edit.html", {"post": shown, "form": form}, status=403)


def delete(request, pk):
    """Take back one's own post, after asking once."""
    viewer = viewers.of_request(request)
    if not viewer.is_registered:
        return to_sign_in(request)
    shown = post_of(request, pk, visibility.deletable)
    if not rules.may_delete(viewer, shown):
        raise Refused(_("Vous ne pouvez supprimer que vos messages."))
    if request.method != "POST":
        return render(request, "forum/delete.html", {"post": shown})
    left = actions.delete_post(shown, viewer)
    messages.success(request, _("Votre message est supprimé."))
    return redirect("home") if left.withdrawn_at else redirect(shown.place())


def _another_way(request, viewer, post):
    """For whom may not edit (any more): its author may take it back, an animator hide it."""
    words = _("Vous ne pouvez plus modifier ce message.")
    if rules.may_delete(viewer, post):
        messages.info(request, words)
        return redirect("delete-post", post.pk)
    if rules.may_moderate(viewer):
        return redirect("hide-post", post.pk)
    raise Refused(words)


def _asked(request, viewer):
    """What the address asks for; not a space where one may not write."""
    asked = {name: request.GET[name] for name in ("topic", "space") if name in request.GET}
    writable = Space.objects.visible_to(viewer, visibility.writable)
    if "space" in asked and not writable.filter(slug=asked["space"]).exists():
        del asked["space"]
    return asked


def _new_thread(request, viewer, form, status=200):
    audiences = [(space, readers_of(space)) for space in form.fields["space"].queryset]
    context = {"form": form, "audiences": audiences}
    return render(request, "forum/new_thread.html", context, status=status)


def _overtaken(request, form, overtaken):
    """Show what stands beside what was typed; sending again then replaces it knowingly."""
    refill(form, version=overtaken.post.version)
    form.add_error("text", str(overtaken))
    context = {"post": overtaken.post, "form": form, "standing": overtaken.post}
    return render(request, "forum/edit.html", context, status=409)
