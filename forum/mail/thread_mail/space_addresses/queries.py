"""Whose address a mail came to, and which thread it goes on with."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.viewers.viewers import Viewer
from forum.base.spaces.new_thread_addresses import takes_new_threads
from forum.mail.incoming_mail.message import IncomingMail
from forum.mail.thread_mail.replies.queries import named_posts, own_post_id
from forum.models import Space, Thread


def space_of_addresses(addresses: Iterable[str]) -> Space | None:
    """The space of which one of ``addresses`` is, whoever reads it; None where none is."""
    if not takes_new_threads():
        return None
    folded = {address.strip("<>").lower() for address in addresses} - {""}
    return Space._base_manager.filter(mail_address__in=folded).order_by("pk").first()


def thread_answered(mail: IncomingMail, viewer: Viewer) -> Thread | None:
    """The thread with the nearest post that ``mail`` answers and ``viewer`` sees; or None."""
    names = mail.ancestors
    posts = named_posts(mail)
    threads = Thread.objects.visible_to(viewer).filter(posts__in=posts.values())
    threads_by_post = dict(threads.values_list("posts", "pk"))
    nearest = next((posts[it] for it in names if posts.get(it) in threads_by_post), None)
    rows = Thread.objects.visible_to(viewer).select_related("space")
    return rows.get(pk=threads_by_post[nearest]) if nearest else None


def answers_own_mail(mail: IncomingMail) -> bool:
    """Whether ``mail`` names a post as our mails do, whether there is such a post or not."""
    return any(map(own_post_id, mail.ancestors))
