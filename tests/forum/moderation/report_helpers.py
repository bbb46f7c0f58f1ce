"""Reports, as the form sends them and as rows."""

from uuid import uuid4

from django.urls import reverse

from forum.moderation.reports.actions import make_report
from tests.factories import moderation_reason

STRANGER = {
    "reporter_name": "Odile Passante",
    "reporter_email": "odile@exemple.fr",
    "is_in_good_faith": "on",
}


def sent(client, address, **fields):
    """The answer to the form, sent with these ``fields`` by ``client``."""
    values = {
        "address": address,
        "reason": moderation_reason().slug,
        "text": "Ce message injurie le maire.",
        "idempotency_key": uuid4(),
    }
    return client.post(reverse("report"), values | fields)


def reported(viewer, address, **fields):
    """A report that ``viewer`` made."""
    values = {
        "reason": moderation_reason(),
        "text": "Ce message injurie le maire.",
        "is_in_good_faith": True,
        "language": "fr",
        "follow_up_url": "https://foirail.example/signaler/suivi/",
        "idempotency_key": uuid4(),
    }
    return make_report(viewer, address, **values | fields)
