"""The minutes of a poll as a file."""

from functools import partial

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.viewers.middleware import ViewerRequest
from forum.base.rules import Refused
from forum.conversation.consultations.queries import get_shown
from forum.conversation.consultations.views import answer_minutes
from forum.conversation.polls.minutes.queries import shown_minutes_of
from forum.conversation.polls.models import Poll
from forum.conversation.polls.queries import shown_voters_of
from forum.conversation.threads.login_redirects import registered_required


@require_safe
@registered_required()
def minutes(request: ViewerRequest, pk: int) -> HttpResponse:
    """The minutes of a poll that was counted, as a PDF."""
    from forum.conversation.polls.minutes.pdf import render_minutes  # It brings reportlab.

    viewer = request.viewer
    poll = get_shown(Poll, viewer, pk)
    results = poll.choice_results if poll.is_counted else []
    voters = shown_voters_of(viewer, poll, has_results=poll.is_counted)
    shown = shown_minutes_of(viewer, poll, voters, [it.vote_count for it in results])
    if shown is None:
        raise Refused(_("Le procès-verbal vient une fois compté un vote qui décide."))
    return answer_minutes(request, pk, partial(render_minutes, shown, voters, results))
