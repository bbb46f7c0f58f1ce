"""What the pages that read and the pages that write threads have in common."""

from uuid import uuid4

from django.shortcuts import get_object_or_404

from accounts.viewers import viewers
from forum import rules
from forum.readership import readership_of
from forum.rules import read_only_reason
from forum.threads.forms import ReplyForm
from forum.threads.models import Post


def composer_context(request, thread, form=None):
    """What a page with a composer shows: the form, who will read it, what one may do."""
    viewer = viewers.get_viewer(request)
    return {
        "thread": thread,
        "form": form
        or ReplyForm(initial=with_new_key({"audience": thread.space_id}), viewer=viewer),
        "may_reply": rules.may_reply(viewer, thread),
        "may_moderate": rules.may_moderate(viewer),
        "may_accept_answer": rules.may_accept_answer(viewer, thread),
        "read_only_reason": rules.is_read_only(viewer, thread.space)
        and read_only_reason(thread.space),
        "readership": readership_of(thread.space),
    }


def with_new_key(typed):
    """``typed`` with a new key, unless it brings its own."""
    return {"key": uuid4()} | typed


def get_post_or_404(request, pk, rule=None):
    """The post of this number that the one who asks may see, or a 404."""
    seen = Post.objects.visible_to(viewers.get_viewer(request), rule)
    return get_object_or_404(seen.select_related("thread__space", "author"), pk=pk)


def set_form_values(form, **fields):
    """Put ``fields`` in a sent ``form`` that is shown again, leaving all else as typed."""
    form.data = form.data.copy()
    for name, value in fields.items():
        form.data[name] = value
