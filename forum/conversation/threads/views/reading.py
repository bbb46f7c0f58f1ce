"""The pages that read threads: a page of posts, its changes, a post's permanent URL."""

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.base.pagination import page_number
from accounts.base.parsing import parse_natural_number
from accounts.base.prefetch import is_viewed
from accounts.models import User
from accounts.viewers.middleware import ViewerRequest
from accounts.viewers.rate_limits import MemberRateLimit
from forum.base import markup, rules, visibility
from forum.base.markup.source_blocks import source_blocks
from forum.base.readership import readership_of
from forum.conversation.files.sent_files import preview_of_files
from forum.conversation.follows.actions import mark_new_thread_read, mark_read
from forum.conversation.inbox.actions import mark_notifications_read
from forum.conversation.inbox.unread import unread_of_posts
from forum.conversation.mentions.actions import render_post
from forum.conversation.mentions.names import unreached_words
from forum.conversation.mentions.queries import find_thread_of_form
from forum.conversation.menu.queries import site_menu
from forum.conversation.threads.changes import TooFarBehind, changes_and_space
from forum.conversation.threads.composer import (
    composer_context,
    get_post_or_404,
    render_empty_composer,
    with_idempotency_key,
)
from forum.conversation.threads.models import PAGE_SIZE, Thread
from forum.conversation.threads.post_marks import first_unread_mark, marked_authors
from forum.conversation.threads.posting_limits import MAX_TEXT_LENGTH
from forum.conversation.threads.queries import thread_for_page
from forum.conversation.threads.rendering import (
    render_page_parts,
    render_posts_between,
    render_readers,
)
from forum.conversation.threads.side import render_participants
from forum.conversation.threads.thread_parts import head_marks, offered_buttons, seen_parts
from forum.conversation.threads.undo.rules import is_just_sent

#: Texts that are rendered to be looked at: the longest costs half a second.
_PREVIEWS = MemberRateLimit(
    "preview",
    "60/10m/user,300/d/user,300/10m/key",
    waiting="30/10m/user,150/d/user,60/10m/key",
)


@require_safe
def show_thread(request: ViewerRequest, pk: int, slug: str | None = None) -> HttpResponse:
    """A page of 20 posts; a URL with an old title leads to the one of today."""
    viewer = request.viewer
    if (thread := thread_for_page(viewer, pk)) is None:
        raise Http404
    if request.path != thread.get_absolute_url():
        query = request.GET.urlencode()
        return redirect(thread.get_absolute_url() + (f"?{query}" if query else ""))
    number = min(page_number(request.GET), thread.last_page)
    first = (number - 1) * PAGE_SIZE + 1
    last = first + PAGE_SIZE - 1
    # seq was read with the thread, before its posts: what commits in between is a change.
    posts_html, marks = render_posts_between(viewer, thread, first, last)
    is_news = _mark_page_read(request, thread, range(first, min(last, thread.post_count) + 1))
    context = composer_context(request, thread, thread.rights_number)
    if context["may_reply"]:
        about = thread.space, context["readership"], context["mail_bound"]
        context["composer"] = render_empty_composer(viewer, *about)
    context |= render_page_parts(
        thread,
        number,
        context["readership"],
        seen_parts(thread),
        _undoable_id(thread),
        buttons=offered_buttons(viewer, thread),
        may_moderate=context["may_moderate"],
        may_edit_thread=rules.may_edit_thread(viewer, thread),
        may_pin_or_move=rules.may_pin_or_move(viewer, thread),
        may_follow=rules.may_follow(viewer),
        follow_level=thread.follow_level,
    )
    context["side"] += render_participants(viewer, thread)
    context |= with_idempotency_key({
        "received_id": thread.received_id,
        "head_marks": head_marks(thread),
        "menu": site_menu(viewer, None if is_news else thread),  # The badge has changed.
        "viewer": viewer,
        "posts_html": posts_html,
        "post_marks": [*marks, *first_unread_mark(thread, first, last)],
        "author_marks": marked_authors(thread),
    })  # fmt: skip
    return render(request, "conversation/threads/thread.html", context)


def _undoable_id(thread: Thread) -> int | None:
    """The post that the page offers to undo; not the one of a sheet."""
    is_of_sheet = thread.has_sheet and thread.post_count == 1
    return (
        thread.last_own_id if is_just_sent(thread.last_posted_at) and not is_of_sheet else None
    )


def _mark_page_read(request: ViewerRequest, thread: Thread, numbers: range) -> bool:
    """Note that someone was shown the posts ``numbers``; return whether that changes the badge.

    Of their notifications, those about these posts are read. Of a follower, the posts up to
    the last; of another person, that they have opened the thread, where it is new to them. A
    prefetch shows nothing.
    """
    viewer = request.viewer
    if not viewer.is_registered or not is_viewed(request):
        return False
    version = thread.own_changes, thread.shared_changes
    assert viewer.person_id is not None  # It was read with the thread.
    unread = unread_of_posts(viewer, version, thread.pk, numbers)
    mark_notifications_read(viewer.person_id, unread)
    return _mark_posts_read(request, thread, numbers[-1]) or bool(unread)


def _mark_posts_read(request: ViewerRequest, thread: Thread, number: int) -> bool:
    viewer, read = request.viewer, thread.last_read_number
    assert isinstance(request.user, User)  # Who looks has an account.
    if read is None:
        is_new = thread.created_at > request.user.last_visit_at
        if is_new and not thread.was_opened:
            mark_new_thread_read(thread.pk, viewer)
        return False
    if is_news := read < number:
        mark_read(thread.pk, {request.user.pk: number})
    return is_news


@require_safe
def thread_changes(request: ViewerRequest, pk: int) -> HttpResponse:
    """What a page that has seen change ``?after=`` must change, as JSON.

    It says in ``?readers=`` who reads the thread, as it shows it.
    """
    after = parse_natural_number(request.GET.get("after", ""))
    if after is None:
        return JsonResponse({"error": _("« after » attend un nombre.")}, status=400)
    try:
        changes, space = changes_and_space(request.viewer, pk, after)
    except Thread.DoesNotExist:
        return JsonResponse({"error": _("Introuvable.")}, status=404)
    except TooFarBehind:
        return JsonResponse({"reload": True}, status=409)
    answer, readership = changes._asdict(), readership_of(space)
    if request.GET.get("readers", readership.summary) != readership.summary:
        answer["readers"] = render_readers(space, readership)
    return JsonResponse(answer)


@require_safe
def redirect_to_post(request: ViewerRequest, pk: int) -> HttpResponse:
    """A post's permanent URL leads to the page that it is on."""
    post = get_post_or_404(request, pk, visibility.posts_with_tombstones)
    return redirect(post.page_url())


@require_POST
def preview(request: ViewerRequest) -> HttpResponse:
    """The HTML of a text being written; for people with an account, since rendering costs.

    With links to whom it names in ``thread``, an id, or in a new thread of ``space``, a slug,
    and which names reach nobody there. To scripts, which ask for JSON, that alone, as
    ``unreached`` of the form asks; else the blocks of each text, for the editor of posts.
    """
    viewer = request.viewer
    if not viewer.is_registered:
        return HttpResponse(status=403)
    if refusal := _PREVIEWS.refusal(request):
        return HttpResponse(refusal, status=429)
    preferred = request.get_preferred_type(["text/html", "application/json"])
    is_script = preferred == "application/json"
    if is_script and "unreached" not in request.POST:
        return _blocks(request.POST.getlist("text"))
    text = request.POST.get("text", "")[:MAX_TEXT_LENGTH]
    thread = find_thread_of_form(viewer, request.POST) if "@" in text else None
    body = render_post(text, viewer, thread) if thread else None
    unreached = unreached_words(body.unreached if body else ())
    if is_script:
        return JsonResponse({"unreached": unreached})
    context = {"html": body.html if body else markup.render(text), "unreached": unreached}
    if request.FILES or "file" in request.POST:
        context |= preview_of_files(request, viewer)
    return render(request, "conversation/threads/preview.html", context)


def _blocks(texts: list[str]) -> HttpResponse:
    """The blocks of ``texts``, together no longer than one text; of more, none."""
    if sum(map(len, texts)) > MAX_TEXT_LENGTH:
        return HttpResponse(status=413)
    blocks = [[it._asdict() for it in source_blocks(text)] for text in texts]
    return JsonResponse({"texts": blocks})
