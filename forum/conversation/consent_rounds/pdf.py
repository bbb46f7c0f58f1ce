"""The minutes of a consent round as a PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from reportlab.platypus import Flowable

from accounts.charter import pdf
from forum.conversation.consultations.pdf import build_minutes, changed_by_lines, moment_words

if TYPE_CHECKING:
    from forum.conversation.consent_rounds.models import ConsentRound, RoundPosition
    from forum.conversation.consent_rounds.queries import LinkedDecisions, ShownRound


def render_minutes(it: ConsentRound, shown: ShownRound, linked: LinkedDecisions) -> bytes:
    """The PDF of ``it``, whose outcome was written, as bytes."""
    title = _("Procès-verbal d’un tour de consentement")

    def body() -> list[Flowable]:
        return [
            pdf.paragraph(_outcome(it), pdf.BODY),
            *_lines(it.outcome_text),
            *_linked(linked),
            pdf.paragraph(
                _("Le texte, version %(number)d") % {"number": it.version}, pdf.HEADING
            ),
            *pdf.text_paragraphs(it.text),
            *_voters(shown),
            *_former(shown),
        ]

    return build_minutes(title, it.title, body, it.digest)


def _outcome(it: ConsentRound) -> str:
    values = {"outcome": it.get_outcome_display(), "closed": moment_words(it.closed_at)}
    values |= {"opened": moment_words(it.created_at), "author": str(it.author)}
    values |= {"decided": moment_words(it.decided_at), "writer": str(it.decided_by)}
    words = _(
        "%(outcome)s. Tour ouvert par %(author)s le %(opened)s, clos le %(closed)s\u202f; "
        "issue écrite par %(writer)s le %(decided)s."
    )
    words %= values
    if not it.quorum:
        return words
    quorum = _("Quorum\u00a0: %(quorum)s.") % {"quorum": it.get_quorum_display()}
    return f"{words} {quorum}"


def _linked(linked: LinkedDecisions) -> list[Flowable]:
    words = _("Change la décision\u00a0:")
    changed = [pdf.paragraph(f"{words} {one}", pdf.BODY) for one in linked.changed]
    return [*changed, *changed_by_lines(linked.changed_by)]


def _voters(shown: ShownRound) -> list[Flowable]:
    parts: list[Flowable] = []
    for college, rows, counts, lacks_quorum in shown.colleges:
        parts.append(pdf.paragraph(college, pdf.HEADING))
        parts.append(pdf.paragraph(", ".join(f"{n} {name}" for name, n in counts), pdf.BODY))
        if lacks_quorum:
            parts.append(pdf.paragraph(_("Quorum non atteint."), pdf.BODY))
        for voter, position in rows:
            said = _said(position) if position else _("sans réponse")
            parts.append(pdf.paragraph(_("%(who)s : %(said)s") % {"who": voter, "said": said},
                                       pdf.ITEM))  # fmt: skip
    return parts


def _said(position: RoundPosition) -> str:
    parts = [str(position.name), f"({position.person}, {moment_words(position.taken_at)})"]
    if position.reason:
        parts.append(position.reason)
    if position.treatment:
        parts.append(_("Suite donnée : %(text)s") % {"text": position.treatment})
    if position.amendment:
        parts += [_("Suite donnée : texte amendé."), position.amendment]
    return " ".join(parts)


def _former(shown: ShownRound) -> list[Flowable]:
    parts: list[Flowable] = []
    for version in shown.versions:
        values = {"number": version.number, "reason": version.reason}
        words = _("Version %(number)d, remplacée : %(reason)s") % values
        parts += [pdf.paragraph(words, pdf.HEADING), *pdf.text_paragraphs(version.text)]
    if shown.former:
        parts.append(pdf.paragraph(_("Positions qui ne comptent plus"), pdf.HEADING))
    for one in shown.former:
        values = {"number": one.version, "who": one.voter, "said": _said(one)}
        words = _("%(who)s, sur la version %(number)d : %(said)s") % values
        parts.append(pdf.paragraph(words, pdf.ITEM))
    return parts


def _lines(text: str) -> list[Flowable]:
    return [pdf.paragraph(line, pdf.BODY) for line in text.splitlines() if line.strip()]
