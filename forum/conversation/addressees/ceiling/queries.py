"""Who has been told of as many questions in a week as an organisation is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from forum.conversation.addressees.ceiling.models import AskedOrganisation

#: The week is the last seven days, at any moment.
WEEK = timedelta(days=7)


def at_ceiling(organisation_ids: Iterable[int], at: datetime | None = None) -> set[int]:
    """Those of these that were told of ``FORUM_QUESTIONS_PER_WEEK`` questions in a week."""
    pks, since = set(organisation_ids), (at or timezone.now()) - WEEK
    asked = AskedOrganisation.objects.filter(organisation__in=pks, asked_at__gt=since)
    counts = dict(asked.order_by().values_list("organisation").annotate(n=Count("pk")))
    return {pk for pk in pks if counts.get(pk, 0) >= settings.FORUM_QUESTIONS_PER_WEEK}


def asked_this_week(at: datetime | None = None) -> Coalesce:
    """The annotation of organisations: of how many questions they were told in a week."""
    asked = _asked_rows().filter(asked_at__gt=(at or timezone.now()) - WEEK)
    return Coalesce(Subquery(asked.annotate(n=Count("pk")).values("n")), 0)


def last_asked_at() -> Subquery:
    """The annotation of organisations: when they were last told of a question, if ever."""
    return Subquery(_asked_rows().annotate(at=Max("asked_at")).values("at"))


def _asked_rows() -> QuerySet[AskedOrganisation, Any]:
    asked = AskedOrganisation.objects.filter(organisation=OuterRef("pk"))
    return asked.order_by().values("organisation")
