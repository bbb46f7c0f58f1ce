"""What the form of a group sends."""

from uuid import uuid4

from django.utils import timezone

from accounts.models import WorkingGroup

FORM = {
    "name": "Toits d’école",
    "purpose": "Un cahier des charges commun.",
    "college": "tous",
    "join_policy": "request",
    "ends_at": "",
}


def form(**fields):
    return FORM | {"idempotency_key": uuid4()} | fields


def archive(group):
    WorkingGroup.objects.filter(pk=group.pk).update(ends_at=timezone.now())
