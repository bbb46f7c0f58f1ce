"""The log of moderation: what was done is noted, and stays as it was noted."""

import pytest
from django.db import DatabaseError, transaction

from accounts.moderation_log.actions import record_action
from accounts.moderation_log.models import ModerationLogEntry

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("how", ["update", "delete"])
def test_the_database_refuses_to_change_what_was_noted(lucie, claire, how):
    entry = record_action("warn", lucie.pk, person_id=claire.pk, reason="Deux fois déjà.")

    rows = ModerationLogEntry.objects.filter(pk=entry.pk)
    with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
        rows.delete() if how == "delete" else rows.update(reason="Autre.")

    kept = rows.get()
    assert (kept.actor, kept.person, kept.reason) == (lucie, claire, "Deux fois déjà.")
    assert kept.label == "Avertissement"
