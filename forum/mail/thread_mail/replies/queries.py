"""Mails that someone sent, for themselves."""

from functools import partial

from accounts.viewers.viewers import Viewer
from forum.base import visibility
from forum.mail.thread_mail.replies.models import ReceivedMail


def own_received_mail(viewer: Viewer, pk: int) -> ReceivedMail:
    """The mail by which ``viewer`` answered where they still read, shown, held or hidden.

    Raise DoesNotExist for others'.
    """
    rows = ReceivedMail.objects.visible_to(
        viewer, partial(visibility.deletable_posts, prefix="post__")
    )
    rows = rows.defer("raw").select_related("person", "post__thread__space__college")
    return rows.get(person=viewer.person_id, pk=pk)
