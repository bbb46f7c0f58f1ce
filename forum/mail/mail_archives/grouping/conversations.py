"""Which mails are one conversation, in whatever order they come: an algorithm.

A mail belongs with the nearest of those that it names, and with whoever names the same mail
that is not there: of many it joins one, so that nobody makes one of many. A mail that names
none and says *Re:* belongs to the conversation of its subject, if that is not long over.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush

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
    groups = [_group(component, known, now) for component in _components(ordered, known)]
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
        names = _nearest(mail, known)
        if known.get(mail.message_id) is mail:
            names.append(mail.message_id)
        for name in names:
            parents[root_of(name)] = root_of(own)
    components = defaultdict(list)
    for mail in mails:
        components[root_of(f"mail {mail.pk}")].append(mail)
    return list(components.values())


def _nearest(mail: MailHeaders, known: dict[str, MailHeaders]) -> list[str]:
    """What ``mail`` names, from the nearest to the first that is there."""
    names = []
    for name in reversed(mail.references):
        names.append(name)
        if name in known and known[name] is not mail:
            break
    return names


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
    """The moment of each mail, also of those that do not say it.

    Each mail is dated once, as soon as one that it answers is.
    """
    dates = {mail.pk: mail.sent_at for mail in mails if mail.sent_at}
    undated = {mail.pk: mail for mail in mails if not mail.sent_at}
    first = min(dates.values(), default=now)
    answers = defaultdict(list)
    for mail in undated.values():
        for before in answered[mail.pk]:
            answers[before.pk].append(mail)
    next_ones = deque(
        mail for mail in undated.values() if any(it.pk in dates for it in answered[mail.pk])
    )
    while undated:
        if not next_ones:  # They name none that has a date.
            remaining = undated.values()
            begins = [mail for mail in remaining if not answered[mail.pk]] or [*remaining]
            for mail in begins:
                dates[mail.pk] = first - _SOON
                next_ones.extend(answers[mail.pk])
                del undated[mail.pk]
        while next_ones:
            mail = next_ones.popleft()
            if undated.pop(mail.pk, None):
                earlier = (dates[it.pk] for it in answered[mail.pk] if it.pk in dates)
                dates[mail.pk] = max(earlier) + _SOON
                next_ones.extend(answers[mail.pk])
    return dates


class _Subject:
    """The conversations of one subject, in the order in which they begin.

    It is asked for one moment after another, each no earlier than the one before: so each mail
    is looked at once.
    """

    def __init__(self) -> None:
        self._groups: list[MailGroup] = []
        #: When mails were written, and in which conversation; those that are later than the
        #: last moment that was asked for, and the latest of the others.
        self._later: list[tuple[datetime, int]] = []
        self._latest: tuple[datetime, int] | None = None

    def add(self, group: MailGroup) -> None:
        """One more conversation."""
        self._groups.append(group)
        self._note(group, len(self._groups) - 1)

    def join(self, group: MailGroup, begins_at: datetime) -> bool:
        """Make ``group`` part of that with the latest mail before, if not too old."""
        while self._later and self._later[0][0] <= begins_at:
            passed = heappop(self._later)
            self._latest = max(self._latest or passed, passed)
        if self._latest is None or self._latest[0] < begins_at - SUBJECT_WINDOW:
            return False
        number = self._latest[1]
        onto = self._groups[number]
        onto.dates |= group.dates
        onto.answering |= group.answering | {group.mails[0].pk}
        onto.mails += group.mails
        self._note(group, number)
        return True

    def _note(self, group: MailGroup, number: int) -> None:
        for moment in group.dates.values():
            heappush(self._later, (moment, number))


def _joined_by_subject(groups: Sequence[MailGroup]) -> list[MailGroup]:
    """``groups``, in order, those that begin by *Re:* and a known subject joined to it."""
    joined: list[MailGroup] = []
    subjects: dict[str, _Subject] = defaultdict(_Subject)
    for group in groups:
        first = group.mails[0]
        subject = subjects[first.subject_key] if first.subject_key else _Subject()
        if first.is_reply and subject.join(group, group.dates[first.pk]):
            continue
        joined.append(group)
        subject.add(group)
    for group in joined:
        begins, *others = group.mails
        dates = group.dates
        places = {it.pk: (dates[it.pk], it.identity) for it in others}
        group.mails = [begins, *sorted(others, key=lambda it: places[it.pk])]
    return joined
