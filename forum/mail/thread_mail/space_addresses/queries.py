"""Whose address a mail came to, and which thread it goes on with."""

from __future__ import annotations

import re
from collections.abc import Iterable

from accounts.viewers.viewers import Viewer
from forum.base.spaces.new_thread_addresses import takes_new_threads
from forum.mail.incoming_mail.answered_posts import posts_of_message_ids
from forum.mail.incoming_mail.message import IncomingMail
from forum.mail.thread_mail.mail import mail_domain
from forum.models import Space, Thread

#: The Message-ID of a post; of ours, where its domain is.
_POST = re.compile(r"<post-(\d{1,15})@([^@<>]+)>", re.IGNORECASE)


def space_of_addresses(addresses: Iterable[str]) -> Space | None:
    """The space of which one of ``addresses`` is, whoever reads it; None where none is."""
    if not takes_new_threads():
        return None
    given = {one.strip("<>").lower() for one in addresses} - {""}
    return Space._base_manager.filter(mail_address__in=given).order_by("pk").first()


def thread_answered(mail: IncomingMail, viewer: Viewer) -> Thread | None:
    """The thread with the nearest post that ``mail`` answers and ``viewer`` sees; or None."""
    names = mail.ancestors
    own = {name: pk for name in names if (pk := _own_post(name))}
    posts = posts_of_message_ids([name for name in names if name not in own]) | own
    threads = Thread.objects.visible_to(viewer).filter(posts__in=posts.values())
    found = dict(threads.values_list("posts", "pk"))
    nearest = next((posts[it] for it in names if posts.get(it) in found), None)
    rows = Thread.objects.visible_to(viewer).select_related("space")
    return rows.get(pk=found[nearest]) if nearest else None


def answers_own_mail(mail: IncomingMail) -> bool:
    """Whether ``mail`` names a post as our mails do, whether there is such a post or not."""
    return any(map(_own_post, mail.ancestors))


def _own_post(message_id: str) -> int:
    """The id of the post whose mails have this Message-ID; 0 where it is none of ours."""
    found = _POST.fullmatch(message_id)
    return int(found[1]) if found and found[2].lower() == mail_domain().lower() else 0
