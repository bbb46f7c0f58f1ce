"""What mails of notifications say of the threads that these name."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.viewers.viewers import Viewer
from forum.conversation.follows.models import Channel
from forum.conversation.inbox.notification import mailed_as
from forum.conversation.threads.models import Thread


def mailed_by_thread(viewer: Viewer, thread_ids: Iterable[int]) -> dict[int, dict[str, str]]:
    """For each of these threads what of a notification that names it is for mail.

    One that ``viewer`` does not read is named in the inbox only, where they are asked or told.
    """
    found = {pk: {"channel": str(Channel.SITE)} for pk in thread_ids}
    if found:
        rows = Thread.objects.visible_to(viewer).select_related("space").filter(pk__in=found)
        found |= {one.pk: mailed_as(one.space) for one in rows}
    return found
