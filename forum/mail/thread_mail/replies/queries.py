"""What mails answer, who has come to read that since, and what somebody sent themselves."""

from __future__ import annotations

import re
from datetime import datetime
from functools import partial

from accounts.viewers.viewers import Viewer
from forum.base import visibility
from forum.mail.incoming_mail.answered_posts import posts_of_message_ids
from forum.mail.incoming_mail.dates import parsed_date
from forum.mail.incoming_mail.message import IncomingMail
from forum.mail.thread_mail.mail import mail_domain
from forum.mail.thread_mail.models import PostMail
from forum.mail.thread_mail.replies.models import ReceivedMail
from forum.models import Post, Thread
from forum.moderation.thread_moves.consents import gained_readers_since

#: The Message-ID of a post; of ours, where its domain is.
_POST = re.compile(r"<post-(\d{1,15})(?:\.(?:welcomes\.)?\d{1,15})?@([^@<>]+)>", re.IGNORECASE)


def own_received_mail(viewer: Viewer, pk: int) -> ReceivedMail:
    """The mail by which ``viewer`` answered where they still read, shown, held or hidden.

    Raise DoesNotExist for others'.
    """
    rows = ReceivedMail.objects.visible_to(
        viewer, partial(visibility.deletable_posts, prefix="post__")
    )
    rows = rows.defer("raw").select_related("person", "post__thread__space__college")
    return rows.get(person=viewer.person_id, pk=pk)


def own_post_id(message_id: str) -> int:
    """The id of the post whose mails have this Message-ID; 0 where it is none of ours."""
    match = _POST.fullmatch(message_id)
    return int(match[1]) if match and match[2].lower() == mail_domain().lower() else 0


def named_posts(mail: IncomingMail) -> dict[str, int]:
    """The ids of posts by the Message-IDs that ``mail`` names, of those that are known."""
    own = {name: pk for name in mail.ancestors if (pk := own_post_id(name))}
    return posts_of_message_ids([name for name in mail.ancestors if name not in own]) | own


def post_answered(mail: IncomingMail, thread: Thread, viewer: Viewer) -> Post | None:
    """The post of ``thread`` that ``mail`` answers itself, where ``viewer`` sees it.

    Not one before: what the mail quotes is not that one's.
    """
    pk = named_posts(mail).get(next(iter(mail.ancestors), ""))
    seen = Post.objects.visible_to(viewer).filter(thread=thread, pk=pk or 0)
    return seen.select_related("author").first() if pk else None


def others_read_since(
    thread: Thread, viewer: Viewer, mail: IncomingMail, answered: Post | None
) -> bool:
    """Whether ``thread`` has come to more readers since ``viewer`` knew who they were.

    They did as the post ``answered`` was written, else when they were last mailed of it, or as
    they wrote, if that was before. Who reads it no more is not told.
    """
    since = _readers_known_at(thread, viewer, mail, answered)
    if not gained_readers_since(thread, since):
        return False
    return Thread.objects.visible_to(viewer).filter(pk=thread.pk).exists()


def _readers_known_at(
    thread: Thread, viewer: Viewer, mail: IncomingMail, answered: Post | None
) -> datetime | None:
    """None where nothing says it."""
    sent = PostMail.objects.filter(
        person=viewer.person_id, post__thread=thread, was_sent=True, settled_at__isnull=False
    )
    last = sent.order_by("-settled_at").values_list("settled_at", flat=True).first()
    known = answered.created_at if answered else last
    mail_date = parsed_date(mail.header_text("date"))
    return min(known, mail_date) if known and mail_date else known
