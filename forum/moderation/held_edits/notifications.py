"""What the inbox says of edits that waited and are published: to who made them.

Of those that are refused the measure tells.
"""

from functools import partial

from django.utils.translation import gettext as _

from accounts.base.compiled_queries import CompiledQuery
from forum.base import visibility
from forum.conversation.inbox.notification import Notification, mailed_as, notification_source
from forum.conversation.threads.held_edits.models import HeldEdit

#: The newest.
_MAX_EDITS = 50
_WHERE_ITS_POST_IS = partial(visibility.posts, prefix="post__")


def _approved(rights, person_id):
    edits = HeldEdit.objects.visible_to(rights, _WHERE_ITS_POST_IS)
    edits = edits.filter(approved_at__isnull=False, author=person_id)
    return edits.select_related("post__thread__space").order_by("-pk")[:_MAX_EDITS]


_APPROVED = CompiledQuery(_approved, "person_id")


@notification_source(_APPROVED)
def approved_edits(_person, _viewer, edits):
    """The person's edits that waited and are published."""
    for edit in edits:
        thread = edit.post.thread
        text = _("Votre modification dans « %(title)s » est publiée.") % {"title": thread.title}
        url = edit.post.get_absolute_url()
        mailed = mailed_as(thread.space)
        yield Notification(edit.approved_at, text, url, post=edit.post, **mailed)
