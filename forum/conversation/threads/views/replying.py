"""Replying to a thread: the composer's own page, the form, the enhanced form.

The script of an enhanced form says in ``X-Seen`` which change its page has seen.
"""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from accounts.base.parsing import parse_natural_number
from accounts.base.resume_form import pop_saved_form
from accounts.models import User
from accounts.viewers.middleware import ViewerRequest
from accounts.viewers.viewers import Viewer
from forum.base import markup
from forum.base.readership import readership_of
from forum.base.rules import Refused
from forum.conversation.drafts.queries import draft_fields
from forum.conversation.follows.models import Level
from forum.conversation.follows.settings.queries import follows_replies
from forum.conversation.threads import actions
from forum.conversation.threads.changes import (
    TooFarBehind,
    changes_of_reply,
    thread_changes_since,
)
from forum.conversation.threads.composer import (
    composer_context,
    held_message,
    posted_before_message,
    set_form_values,
    with_idempotency_key,
)
from forum.conversation.threads.forms import ReplyForm
from forum.conversation.threads.login_redirects import redirect_to_sign_in
from forum.conversation.threads.merged_threads import thread_merged_from
from forum.conversation.threads.models import Post, Thread, page_of_post
from forum.conversation.threads.posting_limits import STOPPED, refuse_stopped
from forum.conversation.threads.queries import PostedOtherwise, thread_for_page
from forum.conversation.threads.rendering import render_readers


def reply(request: ViewerRequest, pk: int) -> HttpResponse:
    """Reply to a thread: the composer on a page of its own, quoting ``?citer=``, or a POST."""
    viewer = request.viewer
    if not viewer.is_registered:
        return redirect_to_sign_in(request)
    if (thread := thread_for_page(viewer, pk) or _thread_merged_from(viewer, pk)) is None:
        raise Http404
    if request.method != "POST":
        draft = draft_fields(viewer, request.GET.get("draft", ""), thread_id=thread.pk)
        saved = pop_saved_form(request) or draft
        typed: dict[str, Any] = saved or {"text": _quotation(request, viewer, pk)}
        typed = {"shown_readers": readership_of(thread.space).stamp} | typed
        form = ReplyForm(initial=with_idempotency_key(typed), viewer=viewer)
        form.take_files_of_draft(viewer, saved)
        return _render_composer(request, thread, form)
    form = ReplyForm(request.POST, viewer=viewer)
    if request.FILES or "file" in request.POST:
        if request.FILES and "X-Seen" in request.headers:
            return HttpResponse(status=415)  # The script then sends the form as forms are.
        form.take_files(request, viewer)
    if not form.is_valid():
        return _render_composer(request, thread, form, form.refusal_status)
    try:
        if (viewer.person_id, False) in STOPPED:
            refuse_stopped(viewer, is_thread=False)
        typed = form.values_with_files if form.sent_files else dict(form.cleaned_data)
        writer = viewer.with_seat(typed.pop("seat"))
        post = actions.post_reply(thread, writer, **typed)
        if form.sent_files:
            form.discard_unused_files(viewer)
    except PostedOtherwise as refusal:
        return _render_posted_otherwise(request, thread, form, refusal.post)
    except Refused as refusal:
        form.add_error("text", str(refusal))
        return _render_refusal(request, thread, form, refusal.status)
    if "X-Seen" in request.headers and thread.pk == pk:
        return _created_response(request, viewer, thread, post)
    if "X-Seen" in request.headers:  # From a page of the thread that was merged into it.
        return JsonResponse({"reload": True, "place": post.page_url()}, status=201)
    if post.was_posted_before:
        messages.info(request, posted_before_message())
    elif post.held_at:
        messages.info(request, held_message())
    return redirect(post.page_url())


def _thread_merged_from(viewer: Viewer, pk: int) -> Thread | None:
    """The thread that this one was merged into: what one was writing goes there."""
    into = thread_merged_from(viewer, pk)
    return thread_for_page(viewer, into.pk) if into else None


def _quotation(request: ViewerRequest, viewer: Viewer, thread_id: int) -> str:
    number = parse_natural_number(request.GET.get("citer", ""))
    if number is None:
        return ""
    seen = Post.objects.visible_to(viewer).select_related("author")
    quoted = seen.filter(thread=thread_id, number=number).first()
    if quoted is None:
        return ""
    about = quoted.author.full_name, quoted.number, quoted.get_absolute_url()
    return markup.quote(quoted.text, *about)


def _render_refusal(
    request: ViewerRequest, thread: Thread, form: ReplyForm, status: int
) -> HttpResponse:
    """Show what was typed, and who reads today: sent again, it goes to them."""
    readership = readership_of(thread.space)
    if "X-Seen" in request.headers:
        readers = render_readers(thread.space, readership)
        return JsonResponse({"errors": form.errors, "readers": readers}, status=status)
    set_form_values(form, shown_readers=readership.stamp)
    return _render_composer(request, thread, form, status=status)


def _render_posted_otherwise(
    request: ViewerRequest, thread: Thread, form: ReplyForm, post: Post
) -> HttpResponse:
    """Show that another reply was posted from this form, and give it a key of its own."""
    key = uuid4()
    form.drop_posted_files()
    if "X-Seen" in request.headers:
        words = _(
            "Votre première réponse est publiée. Ce texte-ci est un autre : envoyez-le de "
            "nouveau pour le publier aussi."
        )
        answer = {"errors": {"text": [words]}, "idempotency_key": key}
        return JsonResponse(answer, status=409)
    set_form_values(form, idempotency_key=key)
    return _render_composer(request, thread, form, 409, post)


def _render_composer(
    request: ViewerRequest,
    thread: Thread,
    form: ReplyForm,
    status: int = 200,
    posted: Post | None = None,
) -> HttpResponse:
    if "X-Seen" in request.headers:
        return JsonResponse({"errors": form.errors}, status=status)
    context = composer_context(request, thread) | {"form": form, "posted": posted}
    return render(request, "conversation/threads/reply.html", context, status=status)


def _created_response(
    request: ViewerRequest, viewer: Viewer, thread: Thread, post: Post
) -> HttpResponse:
    """What the page that sent the form must change; most often that is this reply alone."""
    seen = request.headers["X-Seen"]
    assert isinstance(request.user, User)  # Who writes has an account.
    post.author = request.user
    try:
        news = changes_of_reply(thread, post) if seen == str(thread.seq) else None
        if news is None:
            after = parse_natural_number(seen) or 0
            news = thread_changes_since(viewer, post.thread_id, after)
    except TooFarBehind:
        answer: dict[str, Any] = {"reload": True}
    else:  # Who replies follows, unless they chose otherwise: the page says so at once.
        level = thread.follow_level
        if level in (None, Level.FIRST) and follows_replies(request.user.pk):
            level = Level.ALL
        context = {"thread": thread, "number": page_of_post(post.number), "follow_level": level}
        button = render_to_string("conversation/threads/thread.html#follow", context).strip()
        answer = news._asdict()
        answer["elements"] |= {"thread-follow": button}
    notice = posted_before_message() if post.was_posted_before else ""
    about = {"words": notice or (held_message() if post.held_at else ""), "pk": post.pk}
    answer["notice"] = render_to_string("conversation/threads/sent_notice.html", about)
    return JsonResponse(answer | {"number": post.number, "place": post.page_url()}, status=201)
