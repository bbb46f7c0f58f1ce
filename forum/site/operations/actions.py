"""What operators do about tasks that have failed for good."""

from django.http import Http404
from django_ox import actions

from forum.site.operations.queries import is_dead


def retry_task(pk: str) -> None:
    """Have a dead task tried once more. Raise Http404 where it is none, or no more."""
    if not actions.retry(pk):
        raise Http404


def discard_task(pk: str) -> None:
    """Give a dead task up for good. Raise Http404 where it is none, or no more."""
    if not (is_dead(pk) and actions.discard(pk)):
        raise Http404
