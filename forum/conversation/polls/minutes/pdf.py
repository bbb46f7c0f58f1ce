"""The minutes of a poll as a PDF."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from reportlab.platypus import Flowable

from accounts.charter import pdf
from forum.conversation.consultations.pdf import build_minutes, changed_by_lines, moment_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forum.conversation.polls.choices import ChoiceResult
    from forum.conversation.polls.minutes.queries import ShownMinutes
    from forum.conversation.polls.models import Poll, PollVoter
    from forum.conversation.polls.queries import CollegeVoters, ShownVoters


def render_minutes(
    minutes: ShownMinutes, voters: ShownVoters, results: Sequence[ChoiceResult]
) -> bytes:
    """The PDF of ``minutes``, with their poll and its ``results``, as bytes."""
    poll = minutes.row.poll

    def body() -> list[Flowable]:
        return [
            *(pdf.paragraph(words, pdf.BODY) for words in _about(poll)),
            *changed_by_lines(minutes.changed_by),
            pdf.paragraph(_("Résultats"), pdf.HEADING),
            *_results(poll, voters, results),
            *_voters(poll, voters),
        ]

    title = _("Procès-verbal d’un vote")
    if poll.is_secret:
        title = _("Procès-verbal d’un vote à bulletin secret")
    return build_minutes(title, poll.question, body, minutes.row.digest)


def _about(poll: Poll) -> Iterator[str]:
    """What came of it, when it was, what it took, and what it is not."""
    if poll.outcome:
        yield _("Issue : %(outcome)s.") % {"outcome": poll.outcome_text}
    values: dict[str, object] = {"author": poll.author}
    values |= {"opened": moment_words(poll.created_at), "closed": moment_words(poll.closed_at)}
    yield _("Vote ouvert le %(opened)s par %(author)s, clos le %(closed)s.") % values
    if poll.quorum:
        yield _("Quorum : %(quorum)s.") % {"quorum": poll.get_quorum_display().lower()}
    if poll.majority:
        words = poll.get_majority_display().lower()
        yield _("Majorité : %(majority)s.") % {"majority": words}
    if not poll.is_secret:
        yield _("Vote avec les noms.") if poll.is_named else _("Vote sans noms.")
    yield _("Ce n’est pas une élection au sens de la loi.")


def _results(
    poll: Poll, voters: ShownVoters, results: Sequence[ChoiceResult]
) -> list[Flowable]:
    values = {"cast": voters.cast_count, "all": voters.voter_count}
    words = _("Votes : %(cast)d, pour %(all)d voix.") % values
    if poll.is_secret:
        words = _("Bulletins déposés : %(cast)d, pour %(all)d voix.") % values
    parts: list[Flowable] = [pdf.paragraph(words, pdf.BODY)]
    if poll.is_uncounted:
        words = _("Moins de cinq bulletins : ils ne sont pas comptés, car ils diraient qui a "
                  "voté quoi.")  # fmt: skip
        return [*parts, pdf.paragraph(words, pdf.BODY)]
    for it in results:
        counts = {"choice": it.text, "count": it.vote_count, "percent": it.percent}
        words = _("%(choice)s : %(count)d voix, %(percent)d %%") % counts
        parts.append(pdf.paragraph(words, pdf.ITEM))
    if not voters.has_names:
        words = _("Moins de cinq votes, sans les noms : dire qui a voté dirait qui a choisi "
                  "quoi.")  # fmt: skip
        parts.append(pdf.paragraph(words, pdf.BODY))
    return parts


def _voters(poll: Poll, voters: ShownVoters) -> list[Flowable]:
    parts: list[Flowable] = []
    for it in voters.by_college:
        parts.append(pdf.paragraph(it.college, pdf.HEADING))
        if it.lacks_quorum:
            parts.append(pdf.paragraph(_("Quorum non atteint."), pdf.BODY))
        rows = _who_voted(poll, it) if voters.has_names else [_names(it.voters)]
        parts += [pdf.paragraph(words, pdf.BODY) for words in rows]
    return parts


def _who_voted(poll: Poll, college: CollegeVoters) -> Iterator[str]:
    if college.votes:
        yield _("Ont voté :")
        for vote in college.votes:
            yield _("%(who)s : %(text)s") % {
                "who": vote.who, "text": ", ".join(vote.choices)
            }  # fmt: skip
    elif college.voted:
        yield _("Ont voté : %(who)s") % {"who": _names(college.voted)}
    if college.unvoted:
        words = _("Voix sans vote : %(who)s")
        if poll.is_secret:
            words = _("Sans bulletin : %(who)s")
        yield words % {"who": _names(college.unvoted)}


def _names(voters: Sequence[PollVoter]) -> str:
    return " · ".join(map(str, voters))
