"""What the worker does about sheets by the clock."""

from django.tasks import task

from forum.sheets.confirmations import actions


@task()
def ask_if_still_true():
    """Ask the authors of sheets that nobody confirmed for a year; return how many sheets."""
    return actions.ask_if_still_true()
