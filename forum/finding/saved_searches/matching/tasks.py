"""What the worker does about saved searches."""

from django.tasks import task
from django.utils.translation import gettext_lazy as _

from accounts.base.schedules import scheduled
from forum.base.outgoing_mail.queries import undoable_since
from forum.finding.saved_searches.matching.actions import match_next_events

#: Steps of a run: a minute is enough for them.
_STEPS = 40


@scheduled(_("Chercher du nouveau pour les recherches suivies"), every=60)
@task()
def match_saved_searches() -> None:
    """Look for saved searches in what is new and can no longer be undone; mostly nothing."""
    before = undoable_since()
    for _step in range(_STEPS):
        if not match_next_events(before):
            break
