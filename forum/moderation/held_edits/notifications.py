"""What the inbox says of edits that waited and are published: to who made them.

Of those that are refused the measure tells.
"""

from collections.abc import Iterator
from functools import partial

from django.utils.translation import gettext as _

from accounts.base.compiled_queries import CompiledQuery
from accounts.models import User
from accounts.viewers.viewers import Rights, Viewer
from forum.base import visibility
from forum.conversation.inbox.notification import Notification, mailed_as, notification_source
from forum.conversation.threads.held_edits.models import HeldEdit, HeldEditQuerySet

#: The newest.
_MAX_EDITS = 50
_WHERE_ITS_POST_IS = partial(visibility.posts, prefix="post__")


def _approved(rights: Rights, person_id: int) -> HeldEditQuerySet:
    edits = HeldEdit.objects.visible_to(rights, _WHERE_ITS_POST_IS)
    edits = edits.filter(approved_at__isnull=False, author=person_id)
    return edits.select_related("post__thread__space").order_by("-pk")[:_MAX_EDITS]


_APPROVED: CompiledQuery[HeldEdit] = CompiledQuery(_approved, "person_id")


@notification_source(_APPROVED)
def approved_edits(
    _person: User, _viewer: Viewer, edits: list[HeldEdit]
) -> Iterator[Notification]:
    """The person's edits that waited and are published."""
    for edit in edits:
        thread = edit.post.thread
        text = _("Votre modification dans « %(title)s » est publiée.") % {"title": thread.title}
        url = edit.post.get_absolute_url()
        mailed = mailed_as(thread.space)
        assert edit.approved_at is not None  # The query says so.
        yield Notification(edit.approved_at, text, url, post=edit.post, **mailed)
