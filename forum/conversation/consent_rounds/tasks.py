"""What the worker does about consent rounds by the clock."""

from django.tasks import task
from django.utils.translation import gettext_lazy as _

from accounts.base.schedules import scheduled
from forum.conversation.consent_rounds.models import ConsentRound
from forum.conversation.consultations.actions import close_due


@scheduled(_("Clore les tours de consentement dont le dernier jour est passé"), every=60)
@task()
def close_rounds() -> int:
    """Close the rounds whose last day is over; return how many."""
    return close_due(ConsentRound)
