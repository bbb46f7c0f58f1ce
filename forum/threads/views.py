"""The pages that read threads: a page of posts, its changes, a post's own address."""

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import viewers
from accounts.natural import natural
from forum import markup, rules, visibility
from forum.follows.actions import mark_read
from forum.pages import page_number, window
from forum.threads.articles import articles_between
from forum.threads.changes import TooFarBehind, changes
from forum.threads.composing import post_of, reply_context
from forum.threads.forms import LONGEST_TEXT
from forum.threads.models import PAGE_SIZE, Thread
from forum.threads.reading import frame, thread_read_by


@require_safe
def thread(request, pk, slug=None):
    """A page of 20 posts; an address with an old title leads to the one of today."""
    viewer = viewers.of_request(request)
    if (shown := thread_read_by(viewer, pk)) is None:
        raise Http404
    if request.path != shown.get_absolute_url():
        query = request.GET.urlencode()
        return redirect(shown.get_absolute_url() + (f"?{query}" if query else ""))
    number = min(page_number(request.GET), shown.last_page)
    first = (number - 1) * PAGE_SIZE + 1
    last = first + PAGE_SIZE - 1
    # seq was read with the thread, before its posts: what commits in between is news.
    articles = articles_between(viewer, shown, first, last)
    parts = frame(shown)
    context = reply_context(request, shown) | {
        "articles": articles,
        "head": parts["thread-head"],
        "foot": parts["thread-foot"],
        "first": first,
        "last": last,
        "number": number,
        "numbers": window(number, shown.last_page),
        "may_revise": rules.may_revise(viewer, shown),
        "may_arrange": rules.may_arrange(viewer, shown),
        "may_follow": rules.may_follow(viewer),
        "is_followed": shown.read_number is not None,
    }
    _note_reading(request, shown, min(last, shown.post_count))
    return render(request, "forum/thread.html", context)


def _note_reading(request, shown, number):
    """A follower has read what they are shown, up to ``number``; not what is fetched ahead."""
    is_shown = request.method == "GET" and "Sec-Purpose" not in request.headers
    if is_shown and shown.read_number is not None and shown.read_number < number:
        mark_read(shown.pk, {viewers.of_request(request).person_id: number})


@require_safe
def thread_changes(request, pk):
    """What a page that has seen ``?after=`` must change, by plain HTTP."""
    after = natural(request.GET.get("after", ""))
    if after is None:
        return JsonResponse({"error": _("« after » attend un nombre.")}, status=400)
    try:
        news = changes(viewers.of_request(request), pk, after)
    except Thread.DoesNotExist:
        return JsonResponse({"error": _("Introuvable.")}, status=404)
    except TooFarBehind:
        return JsonResponse({"reload": True}, status=409)
    return JsonResponse(news.as_frame())


@require_safe
def post(request, pk):
    """A post's permanent address leads to where it stands today."""
    shown = post_of(request, pk, visibility.traces)
    return redirect(shown.place())


@require_POST
def preview(request):
    """How a text will look. For whoever may write, since rendering is work."""
    if not viewers.of_request(request).is_registered:
        return HttpResponse(status=403)
    html = markup.render(request.POST.get("text", "")[:LONGEST_TEXT])
    return render(request, "forum/preview.html", {"html": html})
