"""The pages that start a thread, edit it, and edit and delete posts."""

from uuid import uuid4

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.base.rate_limits import RateLimit
from accounts.base.resume_form import pop_saved_form
from accounts.base.translations import translated
from accounts.viewers import viewers
from accounts.viewers.rate_limits import MemberRateLimit
from forum import rules, visibility
from forum.addressees.queries import closed_to
from forum.files.sent_files import files_of
from forum.readership import readership_of
from forum.rules import Refused, refusal_reason
from forum.spaces.models import Space, Topic
from forum.threads import actions
from forum.threads.composer import (
    get_post_or_404,
    held_message,
    posted_before_message,
    set_form_values,
    with_idempotency_key,
)
from forum.threads.edits import actions as edits
from forum.threads.forms import EditPostForm, NewThreadForm, ThreadForm
from forum.threads.login_redirects import redirect_to_charter, redirect_to_sign_in
from forum.threads.posting_limits import refuse_stopped
from forum.threads.queries import EditConflict, PostedOtherwise, get_thread
from forum.threads.shown_readers import ReadersChanged, stamps

#: Changes of posts and threads: each is sent to all who have the page open.
_EDITS = MemberRateLimit(
    "edit",
    "60/10m/user,500/d/user,300/10m/key",
    waiting="15/10m/user,60/d/user,40/10m/key",
)
#: Questions that one person puts to others, and to the same one.
_QUESTIONS = RateLimit("ask_addressee", "20/h/user,60/d/user,4/d/key")


def new_thread(request):
    """The form of a new thread, which may be put to ``?addressee=``."""
    viewer = viewers.get_viewer(request)
    if not viewer.is_registered:
        is_sent = request.method == "POST"
        return redirect_to_sign_in(request, None if is_sent else request.get_full_path())
    if request.method != "POST":
        rules.require_unsilenced(viewer.silenced_until)
    asks_someone = "addressee" in request.GET and not viewer.is_member
    may_write = rules.may_start_thread(viewer) and not asks_someone
    if not may_write and request.method != "POST":
        return redirect_to_charter(request, _("Pour ouvrir un fil, signez d’abord la charte."))
    if request.method != "POST":
        initial = with_idempotency_key(
            {"kind": "question", "space": "reseau"} | _initial_from_query(request, viewer)
        )
        form = NewThreadForm(initial=initial | (pop_saved_form(request) or {}), viewer=viewer)
        return _render_new_thread(request, viewer, form)
    form = NewThreadForm(request.POST, viewer=viewer)
    form.take_files(request, viewer)
    if not form.is_valid():
        return _render_new_thread(request, viewer, form, form.refusal_status)
    if (addressee := form.cleaned_data["addressee"]) and (
        refusal := _QUESTIONS.refusal(request, key=f"{viewer.person_id}:{addressee.value}")
    ):
        form.add_error("addressee", refusal)
        return _render_new_thread(request, viewer, form, status=429)
    try:
        refuse_stopped(viewer, is_thread=True)
        values = form.values_with_files
        thread = actions.start_thread(viewer.with_seat(values.pop("seat")), **values)
        form.discard_unused_files(viewer)
    except ReadersChanged as refusal:
        form.add_error("space", str(refusal))
        readers = stamps(readership_of(one) for one in form.fields["space"].queryset)
        set_form_values(form, shown_readers=readers)
        return _render_new_thread(request, viewer, form, status=403)
    except PostedOtherwise as refusal:  # As a thread of its own, with the next press.
        set_form_values(form, idempotency_key=uuid4())
        form.drop_posted_files()
        return _render_new_thread(request, viewer, form, 409, refusal.post)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _render_new_thread(request, viewer, form, status=refusal.status)
    return _redirect_to_started(request, thread)


def _redirect_to_started(request, thread):
    """Lead to a thread, or, as long as its first post waits for an animator, to that."""
    if thread.was_posted_before:
        messages.info(request, posted_before_message())
    if thread.removed_at:
        messages.info(request, held_message())
        return redirect("held-post", thread.posts.get(number=1).pk)
    return redirect(thread)


def edit_thread(request, pk):
    """The form of a thread's title, topic, kind and tags."""
    viewer = viewers.get_viewer(request)
    if not viewer.is_registered:
        return redirect_to_sign_in(request)
    thread = get_thread(viewer, pk)
    initial = {"title": thread.title, "topic": thread.topic.slug, "kind": thread.kind}
    if request.method != "POST":
        if not rules.may_edit_thread(viewer, thread):
            raise Refused(
                refusal_reason(viewer, thread, _("Vous ne pouvez pas modifier ce fil."))
            )
        names = (translated(tagging, "name") for tagging in thread.taggings.all())
        initial["tags"] = ", ".join(names)
        form = ThreadForm(initial=initial | (pop_saved_form(request) or {}), viewer=viewer)
        return render(request, "threads/edit_thread.html", {"thread": thread, "form": form})
    form = ThreadForm(request.POST, viewer=viewer)
    status = 422
    if form.is_valid() and (refusal := _EDITS.refusal(request)):
        form.add_error(None, refusal)
        status = 429
    elif form.is_valid():
        try:
            thread = edits.edit_thread(thread, viewer, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            status = 403
        else:
            messages.success(request, _("Vos changements sont enregistrés."))
            return redirect(thread)
    return render(
        request, "threads/edit_thread.html", {"thread": thread, "form": form}, status=status
    )


def edit_post(request, pk):
    """The form that edits one's own post."""
    viewer = viewers.get_viewer(request)
    if not viewer.is_registered:
        return redirect_to_sign_in(request)
    post = get_post_or_404(request, pk)
    if request.method != "POST":
        if not rules.may_edit_post(viewer, post, post.thread):
            return _redirect_non_editor(request, viewer, post)
        initial = pop_saved_form(request) or {"text": post.text, "version": post.version}
        initial = {"shown_readers": readership_of(post.thread.space).stamp} | initial
        form = EditPostForm(initial=initial)
        if post.files:
            form.sent_files = files_of(post, viewer)
        return _render_edit_post(request, post, form)
    form = EditPostForm(request.POST)
    form.take_files(request, viewer, post=post)
    if not form.is_valid():
        return _render_edit_post(request, post, form, form.refusal_status)
    if refusal := _EDITS.refusal(request):
        form.add_error("text", refusal)
        return _render_edit_post(request, post, form, status=429)
    try:
        edited = edits.edit_post(post, viewer, **form.values_with_files)
        return redirect(edited.page_url())
    except EditConflict as conflict:
        return _render_edit_conflict(request, form, conflict)
    except Refused as refusal:
        form.add_error("text", str(refusal))
        set_form_values(form, shown_readers=readership_of(post.thread.space).stamp)
        return _render_edit_post(request, post, form, status=403)


def delete_post(request, pk):
    """Delete one's own post, after a page that asks to confirm."""
    viewer = viewers.get_viewer(request)
    if not viewer.is_registered:
        return redirect_to_sign_in(request)
    post = get_post_or_404(request, pk, visibility.deletable_posts)
    if not rules.may_delete_post(viewer, post):
        raise Refused(_("Vous ne pouvez supprimer que vos messages."))
    if request.method != "POST":
        return render(request, "threads/delete_post.html", {"post": post})
    thread = edits.delete_post(post, viewer)
    messages.success(request, _("Votre message est supprimé."))
    return redirect("home") if thread.removed_at else redirect(post.page_url())


def _redirect_non_editor(request, viewer, post):
    """Lead someone who may not edit to deleting, if it is theirs, or an animator to hiding."""
    reason = _("Vous ne pouvez plus modifier ce message.")
    if rules.may_delete_post(viewer, post):
        messages.info(request, reason)
        return redirect("delete-post", post.pk)
    if rules.may_moderate(viewer):
        return redirect("hide-post", post.pk)
    raise Refused(reason)


def _initial_from_query(request, viewer):
    """What the query fills in, without a space where one may not write."""
    names = ("title", "topic", "space", "addressee")
    initial = {name: request.GET[name] for name in names if name in request.GET}
    writable = Space.objects.visible_to(viewer, visibility.writable_spaces)
    if "space" in initial and not writable.filter(slug=initial["space"]).exists():
        del initial["space"]
    return initial


def _render_new_thread(request, viewer, form, status=200, posted=None):
    space_readerships = [
        (space, readership_of(space)) for space in form.fields["space"].queryset
    ]
    readers = stamps(readership for _space, readership in space_readerships)
    form.initial["shown_readers"] = readers  # For a form that was not sent.
    context = {"form": form, "space_readerships": space_readerships, "posted": posted}
    context["cancel"] = _cancel_url(form)
    if form.shown_addressee:
        spaces = [space for space, _readership in space_readerships]
        context["closed_spaces"] = closed_to(form.shown_addressee, spaces)
    return render(request, "threads/new_thread.html", context, status=status)


def _cancel_url(form):
    """The page of the topic that is chosen, from which one comes most often; else home."""
    chosen = (form["topic"].value() or "").replace("\0", "")
    topic = Topic.objects.filter(slug=chosen).first() if chosen else None
    return topic.get_absolute_url() if topic else reverse("home")


def _render_edit_post(request, post, form, status=200, current_post=None):
    context = {"post": post, "form": form, "current_post": current_post}
    context |= {"readership": readership_of(post.thread.space)}
    return render(request, "threads/edit_post.html", context, status=status)


def _render_edit_conflict(request, form, conflict):
    """Show the current text beside what was typed; sending again then replaces it."""
    set_form_values(form, version=conflict.post.version)
    form.add_error("text", str(conflict))
    return _render_edit_post(request, conflict.post, form, 409, current_post=conflict.post)
