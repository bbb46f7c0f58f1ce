"""Second factors that wait, for the animator dashboard."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from accounts.factor_waits.models import FactorWait
from accounts.users.second_factors import SECOND_FACTOR_TYPES
from accounts.viewers.viewers import Viewer


def waiting_factors(viewer: Viewer, at: Any = None) -> QuerySet[FactorWait]:
    """Those of others that are there and open no rights yet."""
    factors = Authenticator.objects.filter(
        user=OuterRef("person"), type__in=SECOND_FACTOR_TYPES
    )
    waiting = FactorWait.objects.filter(Exists(factors), opens_at__gt=at or timezone.now())
    return waiting.exclude(person=viewer.person_id)
