"""What the worker does about sheets by the clock."""

from django.tasks import task
from django.utils.translation import gettext_lazy as _

from accounts.base.schedules import scheduled
from forum.library.sheets.confirmations import actions
from forum.library.sheets.reviews.calls.actions import end_calls


@scheduled(_("Demander si les fiches d’expérience sont toujours vraies"), cron="0 6 * * *")
@task()
def ask_if_still_true() -> int:
    """Ask the authors of sheets that nobody confirmed for a year; return how many sheets."""
    return actions.ask_if_still_true()


@scheduled(_("Fermer les appels à relecture que personne n’a pris"), cron="5 4 * * *")
@task()
def end_review_calls() -> int:
    """End the calls for a reviewer that nobody took in time; return how many."""
    return end_calls()
