"""The spaces of which an animator says what mails tell, and by which address they come."""

from collections.abc import Iterable
from email.utils import parseaddr

from django.conf import settings
from django.db.models import QuerySet

from accounts.viewers.viewers import Viewer
from forum.base import visibility
from forum.models import Space


def spaces_to_set(viewer: Viewer) -> QuerySet[Space]:
    """Those in which ``viewer`` writes, but for groups: these have settings of their own."""
    return Space.objects.visible_to(viewer, visibility.writable_spaces).filter(group=None)


def taken_addresses(addresses: Iterable[str], but: Iterable[str] = ()) -> set[str]:
    """Those of ``addresses`` that a space has, whoever reads it, other than ``but``, slugs."""
    others = Space._base_manager.filter(mail_address__in=set(addresses) - {""})
    return set(others.exclude(slug__in=but).values_list("mail_address", flat=True))


def is_site_address(address: str) -> bool:
    """Whether mail to ``address`` comes to the site already, whatever stands after a +."""
    headers = settings.DEFAULT_FROM_EMAIL, settings.FORUM_REPLY_ADDRESS
    return _without_tag(address) in {_without_tag(parseaddr(it)[1]) for it in headers if it}


def _without_tag(address: str) -> str:
    name, _at, domain = address.lower().rpartition("@")
    return f"{name.partition('+')[0]}@{domain}"
