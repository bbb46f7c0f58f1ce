"""Which mails are one conversation, in whatever order they come: an algorithm.

Mails that name each other, or the same mail that is not there, belong together. A mail that
names none and says *Re:* belongs to the conversation of its subject, if that is not long over.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

#: After so long without a mail, the same subject is another conversation.
SUBJECT_WINDOW = timedelta(days=90)
_SOON = timedelta(seconds=1)
_LATE = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class MailHeaders:
    """What tells to which conversation a mail belongs; ``pk`` and ``identity`` are its own.

    ``references``: the Message-IDs that it names. ``sent_at``: None where nothing says it.
    """

    pk: int
    identity: str
    message_id: str
    references: Sequence[str]
    subject_key: str
    is_reply: bool
    sent_at: datetime | None


@dataclass
class MailGroup:
    """A conversation: its ``mails``, the first one first, then by date, with their ``dates``.

    ``answering``: ids of those whose mail before them is there.
    """

    mails: list[MailHeaders]
    dates: dict[int, datetime]
    answering: set[int] = field(default_factory=set)


def group_mails(mails: Iterable[MailHeaders], now: datetime) -> list[MailGroup]:
    """The conversations of ``mails``, by the date of the first of each.

    The same whatever the order of ``mails``. A mail without a date is taken for one right
    after the mail that it answers, else right before the others of its conversation.
    """
    ordered = sorted(mails, key=lambda it: (it.sent_at or _LATE, it.identity))
    known: dict[str, MailHeaders] = {}
    for mail in ordered:
        if mail.message_id:
            known.setdefault(mail.message_id, mail)
    groups = [_group(some, known, now) for some in _components(ordered, known)]
    groups.sort(key=lambda it: (it.dates[it.mails[0].pk], it.mails[0].identity))
    return _joined_by_subject(groups)


def _components(
    mails: Sequence[MailHeaders], known: dict[str, MailHeaders]
) -> list[list[MailHeaders]]:
    """The mails that are bound by what they name, directly or not."""
    parents: dict[str, str] = {}

    def root_of(node: str) -> str:
        while (above := parents.setdefault(node, node)) != node:
            parents[node] = parents[above]
            node = above
        return node

    for mail in mails:
        own = f"mail {mail.pk}"
        names = [*mail.references]
        if known.get(mail.message_id) is mail:
            names.append(mail.message_id)
        for name in names:
            parents[root_of(name)] = root_of(own)
    components = defaultdict(list)
    for mail in mails:
        components[root_of(f"mail {mail.pk}")].append(mail)
    return list(components.values())


def _group(
    mails: Sequence[MailHeaders], known: dict[str, MailHeaders], now: datetime
) -> MailGroup:
    answered = {
        mail.pk: [known[it] for it in mail.references if it in known and known[it] is not mail]
        for mail in mails
    }
    dates = _dates(mails, answered, now)
    begins = [mail for mail in mails if not answered[mail.pk]] or mails
    first = min(begins, key=lambda it: (dates[it.pk], it.identity))
    others = [mail for mail in mails if mail is not first]
    others.sort(key=lambda it: (dates[it.pk], it.identity))
    answering = {mail.pk for mail in others if answered[mail.pk]}
    return MailGroup([first, *others], dates, answering)


def _dates(
    mails: Sequence[MailHeaders], answered: dict[int, list[MailHeaders]], now: datetime
) -> dict[int, datetime]:
    """The moment of each mail, also of those that do not say it."""
    dates = {mail.pk: mail.sent_at for mail in mails if mail.sent_at}
    undated = [mail for mail in mails if not mail.sent_at]
    first = min(dates.values(), default=now)
    while undated:
        left = []
        for mail in undated:
            before = [dates[it.pk] for it in answered[mail.pk] if it.pk in dates]
            if before:
                dates[mail.pk] = max(before) + _SOON
            else:
                left.append(mail)
        if len(left) == len(undated):  # They name none that has a date.
            begins = [mail for mail in left if not answered[mail.pk]] or left
            dates |= dict.fromkeys((mail.pk for mail in begins), first - _SOON)
            left = [mail for mail in left if mail.pk not in dates]
        undated = left
    return dates


def _joined_by_subject(groups: Sequence[MailGroup]) -> list[MailGroup]:
    """``groups``, in order, those that begin by *Re:* and a known subject joined to it."""
    joined: list[MailGroup] = []
    by_subject: dict[str, list[tuple[MailGroup, list[datetime]]]] = defaultdict(list)
    for group in groups:
        first = group.mails[0]
        candidates = by_subject[first.subject_key] if first.subject_key else []
        moments = sorted(group.dates.values())
        earlier = _earlier(candidates, group.dates[first.pk]) if first.is_reply else None
        if earlier is None:
            joined.append(group)
            candidates.append((group, moments))
            continue
        onto, known_moments = earlier
        onto.dates |= group.dates
        onto.answering |= group.answering | {first.pk}
        onto.mails += group.mails
        for moment in moments:
            insort(known_moments, moment)
    for group in joined:
        begins, *others = group.mails
        moments_of = group.dates
        others.sort(key=lambda it, dates=moments_of: (dates[it.pk], it.identity))
        group.mails = [begins, *others]
    return joined


def _earlier(
    candidates: Iterable[tuple[MailGroup, list[datetime]]], begins_at: datetime
) -> tuple[MailGroup, list[datetime]] | None:
    """Of ``candidates`` the one with the latest mail before ``begins_at``, if not too old."""
    best, best_at = None, begins_at - SUBJECT_WINDOW
    for group, moments in candidates:
        before = bisect_right(moments, begins_at)
        if before and moments[before - 1] >= best_at:
            best, best_at = (group, moments), moments[before - 1]
    return best
