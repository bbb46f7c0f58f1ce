"""What mails of notifications say of the threads that these name."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.viewers.viewers import Viewer
from forum.conversation.follows.models import Channel
from forum.conversation.inbox.notification import MailedThread, mailed_as
from forum.conversation.threads.models import Thread


def mailed_by_thread(viewer: Viewer, thread_ids: Iterable[int]) -> dict[int, MailedThread]:
    """``{thread id: what is for mail of a notification that names it}``, of these threads.

    One that ``viewer`` does not read is named in the inbox only, where they are asked or told.
    """
    by_thread: dict[int, MailedThread] = {pk: {"channel": Channel.SITE} for pk in thread_ids}
    if by_thread:
        threads = Thread.objects.visible_to(viewer).filter(pk__in=by_thread)
        for thread in threads.select_related("space"):
            of_mail = mailed_as(thread.space)
            text, url = of_mail.get("mail_text", ""), of_mail.get("mail_url", "")
            by_thread[thread.pk] = {"mail_text": text, "mail_url": url}
    return by_thread
