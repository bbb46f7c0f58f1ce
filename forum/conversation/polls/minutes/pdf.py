"""The minutes of a poll as a PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from reportlab.platypus import Flowable

from accounts.charter import pdf
from forum.conversation.consultations.pdf import build_minutes, changed_by_lines, moment_words

if TYPE_CHECKING:
    from forum.conversation.polls.minutes.queries import ShownMinutes
    from forum.conversation.polls.models import Poll
    from forum.conversation.polls.queries import ShownVoters


def render_minutes(minutes: ShownMinutes, voters: ShownVoters) -> bytes:
    """The PDF of ``minutes``, with their poll, as bytes."""
    poll = minutes.row.poll

    def body() -> list[Flowable]:
        return [
            pdf.paragraph(_dates(poll), pdf.BODY),
            pdf.paragraph(_("Ce n’est pas une élection au sens de la loi."), pdf.BODY),
            *changed_by_lines(minutes.changed_by),
            pdf.paragraph(_("Résultats"), pdf.HEADING),
            *_results(poll, voters),
            *_voters(voters),
        ]

    title = _("Procès-verbal d’un vote à bulletin secret")
    return build_minutes(title, poll.question, body, minutes.row.digest)


def _dates(poll: Poll) -> str:
    values = {"author": poll.author, "opened": moment_words(poll.created_at)}
    values["closed"] = moment_words(poll.closed_at)
    return _("Vote ouvert le %(opened)s par %(author)s, clos le %(closed)s.") % values


def _results(poll: Poll, voters: ShownVoters) -> list[Flowable]:
    values = {"cast": voters.cast_count, "all": voters.voter_count}
    words = _("Bulletins déposés : %(cast)d, pour %(all)d voix.") % values
    parts: list[Flowable] = [pdf.paragraph(words, pdf.BODY)]
    if poll.is_uncounted:
        words = _("Moins de cinq bulletins : ils ne sont pas comptés, car ils diraient qui a "
                  "voté quoi.")  # fmt: skip
        return [*parts, pdf.paragraph(words, pdf.BODY)]
    for it in poll.choice_results:
        counts = {"choice": it.text, "count": it.vote_count, "percent": it.percent}
        words = _("%(choice)s : %(count)d voix, %(percent)d %%") % counts
        parts.append(pdf.paragraph(words, pdf.ITEM))
    return parts


def _voters(voters: ShownVoters) -> list[Flowable]:
    parts: list[Flowable] = []
    for it in voters.by_college:
        parts.append(pdf.paragraph(it.college, pdf.HEADING))
        if it.voted:
            words = _("Ont voté : %(who)s") % {"who": " · ".join(map(str, it.voted))}
            parts.append(pdf.paragraph(words, pdf.BODY))
        if it.unvoted:
            words = _("Sans bulletin : %(who)s") % {"who": " · ".join(map(str, it.unvoted))}
            parts.append(pdf.paragraph(words, pdf.BODY))
    return parts
