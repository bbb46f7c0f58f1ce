"""What the worker does about sheets by the clock."""

from django.tasks import task

from forum.library.sheets.confirmations import actions
from forum.library.sheets.reviews.calls.actions import end_calls


@task()
def ask_if_still_true():
    """Ask the authors of sheets that nobody confirmed for a year; return how many sheets."""
    return actions.ask_if_still_true()


@task()
def end_review_calls():
    """End the calls for a reviewer that nobody took in time; return how many."""
    return end_calls()
