"""What one wrote oneself: to read again and to take along, whatever became of one's rights."""

from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import viewers
from forum import visibility
from forum.models import Post, Thread
from forum.pages import Numbered, page_number


@require_safe
@login_required
def own_posts(request):
    """One's own posts, the newest first. Titles of threads that one may not read stay shut."""
    page = Numbered(_posts(request), page_number(request.GET))
    return render(
        request, "forum/own_posts.html", {"page": page, "rows": _titled(request, page.rows)}
    )


@require_safe
@login_required
def own_data(request):
    """All of it in one file, with one's seats and signatures."""
    person = request.user
    signatures = person.signatures.select_related("version", "organisation")
    answer = JsonResponse({
        "name": person.full_name,
        "email": person.email,
        "joined_at": person.joined_at,
        "seats": [
            {
                "organisation": seat.organisation.name, "position": seat.position,
                "started_at": seat.started_at, "confirmed_at": seat.confirmed_at,
                "ended_at": seat.ended_at, "refusal": seat.refusal,
            }
            for seat in person.seats.select_related("organisation")
        ],
        "signatures": [
            {
                "charter": one.version.name, "sha256": one.sha256,
                "organisation": one.organisation.name, "position": one.position,
                "authority": one.authority, "reference": one.authority_detail,
                "signed_at": one.signed_at, "withdrawn_at": one.withdrawn_at,
            }
            for one in signatures
        ],
        "posts": [
            {"thread": title, "number": post.number, "text": post.text,
             "created_at": post.created_at, "edited_at": post.edited_at}
            for post, title in _titled(request, _posts(request))
        ],
    }, json_dumps_params={"ensure_ascii": False, "indent": 1})  # fmt: skip
    answer["Content-Disposition"] = 'attachment; filename="foirail.json"'
    return answer


def _posts(request):
    viewer = viewers.of_request(request)
    own = Post.objects.visible_to(viewer, visibility.own).select_related("thread")
    return own.order_by("-created_at", "-pk")


def _titled(request, posts):
    """Each post with its thread's title: None where the thread is not the viewer's to see."""
    posts = list(posts)
    seen = Thread.objects.visible_to(viewers.of_request(request))
    shown = set(seen.filter(pk__in={it.thread_id for it in posts}).values_list("pk", flat=True))
    return [(post, post.thread.title if post.thread_id in shown else None) for post in posts]
