"""What the pages that read and the pages that write threads have in common."""

from uuid import uuid4

from django.shortcuts import get_object_or_404

from accounts import viewers
from forum import rules
from forum.audiences import readers_of
from forum.threads.acting import why_only_read
from forum.threads.forms import ReplyForm
from forum.threads.models import Post


def reply_context(request, shown, form=None):
    """What a page with a composer shows: the form, who will read it, what one may do."""
    viewer = viewers.of_request(request)
    return {
        "thread": shown,
        "form": form or ReplyForm(initial=fresh({"audience": shown.space_id}), viewer=viewer),
        "may_reply": rules.may_reply(viewer, shown),
        "may_moderate": rules.may_moderate(viewer),
        "may_accept": rules.may_accept(viewer, shown),
        "why_only_read": rules.only_reads(viewer, shown.space) and why_only_read(shown.space),
        "readers": readers_of(shown.space),
    }


def fresh(typed):
    """``typed`` with a new key, unless it brings its own."""
    return {"key": uuid4()} | typed


def post_of(request, pk, rule=None):
    """The post of this number that the one who asks may see, or a 404."""
    seen = Post.objects.visible_to(viewers.of_request(request), rule)
    return get_object_or_404(seen.select_related("thread__space", "author"), pk=pk)


def refill(form, **fields):
    """Put ``fields`` in a sent ``form`` that is shown again, leaving all else as typed."""
    form.data = form.data.copy()
    for name, value in fields.items():
        form.data[name] = value
