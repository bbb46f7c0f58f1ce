"""What may be claimed."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db.models import F, QuerySet
from django.db.models.functions import Lower

from accounts.base.compiled_queries import CompiledQuery
from forum.mail.mail_archives.models import MailAuthor


def may_be_claimed(address: str) -> bool:
    """Whether posts from ``address``, in lower case, are there that nobody has claimed.

    Of an archive that is not opened, nothing is told.
    """
    return MailAuthor.objects.claimable().filter(address=address).exists()


def _claimable_authors(person_id: int) -> QuerySet[MailAuthor]:
    own = EmailAddress.objects.filter(user=person_id, verified=True)
    authors = MailAuthor.objects.claimable().filter(
        address__in=own.annotate(lower=Lower("email")).values("lower")
    )
    annotations = {"published_at": F("unclaimed__joined_at")}
    rows: QuerySet[MailAuthor] = authors.annotate(**annotations).order_by("-published_at")
    return rows


#: The authors whose address is one that ``person_id`` has proved here, newest posts first;
#: ``published_at`` is when their posts came.
CLAIMABLE: CompiledQuery[MailAuthor] = CompiledQuery(_claimable_authors, "person_id")
