"""What the inbox says of archives: that posts of one's own address wait for one's word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from forum.conversation.inbox.notification import Notification, notification_source
from forum.mail.mail_archives.claims.queries import CLAIMABLE

if TYPE_CHECKING:
    from accounts.users.models import User
    from accounts.viewers.viewers import Viewer
    from forum.mail.mail_archives.models import MailAuthor


@notification_source(CLAIMABLE)
def posts_to_claim(
    _person: User, _viewer: Viewer, authors: Iterable[MailAuthor]
) -> Iterator[Notification]:
    """The verified addresses of the person from which mails of a list came, unclaimed."""
    for author in authors:
        text = _("Des messages d’une ancienne liste sont venus de votre adresse %(address)s : "
                 "s’ils sont de vous, reprenez-les à votre nom.")  # fmt: skip
        message = text % {"address": author.address}
        url = reverse("claim-posts")
        yield Notification(author.published_at, message, url, subject=author.pk)
