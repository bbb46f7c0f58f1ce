"""The audit itself: each page asked as each role, and what it must not say looked for.

What a role may not see must not be named in any answer, and its own address must answer as one
of what does not exist. As a control, each canary must be found by someone who may see it, or
the audit would prove nothing.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from functools import partial
from itertools import chain
from time import monotonic
from typing import Any

from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from forum.moderation.visibility_audit.canaries import Canary, file_key, plant_canaries
from forum.moderation.visibility_audit.roles import Role, create_roles
from forum.moderation.visibility_audit.surfaces import Surface, surfaces, url_of

#: No row has it.
_MISSING_ID, _MISSING_SLUG = 2**39, "audit-missing"
#: Lists that are filtered by what a canary is called, and searches for how its word begins.
_FILTERED = (("home", "mot"), ("home", "espace"), ("list-changes", "mot"))
_SEARCHED = (("search", "q"), ("search-suggestions", "q"))
#: Letters of a canary's word that a search leaves out: the page repeats what was typed.
_LEFT_OUT = 3
UNSEEN = "nobody who may see it was shown it"
#: The status of a page that is only there for forms.
_ONLY_FORMS = 405


@dataclass(frozen=True)
class Finding:
    """Something wrong: ``what``, at the address of name ``surface``, asked as ``role``."""

    role: str
    surface: str
    canary: str
    what: str


@dataclass
class AuditReport:
    """What an audit has found so far.

    ``planted``: where canaries were put; ``seen``: those whose canary was seen by right.
    """

    request_count: int = 0
    findings: list[Finding] = field(default_factory=list)
    planted: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)

    def as_json(self) -> dict[str, Any]:
        """Its counts and its ``findings``, in plain values."""
        return {
            "request_count": self.request_count,
            "place_count": len(self.planted),
            "seen_count": len(self.seen),
            "findings": [asdict(finding) for finding in self.findings],
        }


def audit(
    names: frozenset[str] | None = None,
    scratch: Callable[[], AbstractContextManager[None]] | None = None,
    progress: Callable[[str], None] = lambda message: None,
) -> AuditReport:
    """Ask every address, or those of ``names``, as every role; return what was found.

    Where all are asked, each canary must be shown to someone who may see it; those of
    ``names`` need not show all. Rows are written for it. ``scratch`` opens a block whose
    writing leaves nothing behind: there are many short ones, so that nobody who writes
    meanwhile waits for long. Without it, as in a copy of the database, the rows are written
    once. ``progress`` is given a line after each role.
    """
    report, addresses = AuditReport(), list(surfaces(names))
    ask_as = partial(_ask_in_blocks, scratch) if scratch else _ask_in_a_copy
    started = monotonic()
    for role in ask_as(addresses, report):
        counts = f"{report.request_count} pages asked, {len(report.findings)} findings"
        progress(f"{role.name}: {counts}, {monotonic() - started:.0f} s")
    for place in sorted(report.planted - report.seen) if names is None else ():
        report.findings.append(Finding("", "", place, UNSEEN))
    return report


def _ask_in_a_copy(addresses: list[Surface], report: AuditReport) -> Iterator[Role]:
    """Ask as each role, about all canaries at once, then about each; yield the roles."""
    roles = create_roles()
    planted = [plant() for plant in plant_canaries(roles)]
    report.planted |= {canary.place for canary in chain(*planted)}
    for role in roles:
        asker = _Asker(role, report)
        asker.ask(addresses, [*chain(*planted)])
        for canaries in planted:
            asker.ask_about(addresses, canaries)
        yield role


def _ask_in_blocks(
    scratch: Callable[[], AbstractContextManager[None]],
    addresses: list[Surface],
    report: AuditReport,
) -> Iterator[Role]:
    """The same, with each question in a block of its own."""
    number, role_count, place_count = 0, 1, 0
    while number < role_count:
        with scratch():
            roles = create_roles()
            role_count = len(roles)
            planted = [plant() for plant in plant_canaries(roles)]
            report.planted |= {canary.place for canary in chain(*planted)}
            place_count = len(planted)
            _Asker(roles[number], report).ask(addresses, [*chain(*planted)])
        for nth in range(place_count):
            with scratch():
                roles = create_roles()
                canaries = plant_canaries(roles)[nth]()
                _Asker(roles[number], report).ask_about(addresses, canaries)
        yield roles[number]
        number += 1


class _Asker:
    """The client of one role."""

    def __init__(self, role: Role, report: AuditReport) -> None:
        cache.clear()  # Of rate limits, in the audit's own process.
        self.role, self.report = role, report
        self._missing: dict[str, int] = {}
        self.client = Client(raise_request_exception=False)
        if role.person:
            self.client.force_login(role.person)

    def ask(self, addresses: list[Surface], canaries: list[Canary]) -> None:
        """Ask what takes no argument, and lists filtered by what canaries are called."""
        for surface in addresses:
            if not surface.parameters:
                self._judge(surface.name, self._get(reverse(surface.name)), canaries)
        names = {surface.name for surface in addresses}
        for name, parameter in _FILTERED + _SEARCHED:
            for canary in canaries if name in names else ():
                asked_for = canary.space_slug or canary.slug
                if (name, parameter) in _SEARCHED:
                    asked_for = f"{canary.word[:-_LEFT_OUT]}*"
                url = reverse(name, query={parameter: asked_for})
                self._judge(f"{name}?{parameter}", self._get(url), canaries)

    def ask_about(self, addresses: list[Surface], canaries: list[Canary]) -> None:
        """Ask what names ``canaries``, which have one number, and the same of nothing.

        What only takes forms says so before it looks for anything: that is not asked again.
        """
        first = canaries[0]
        is_hidden = all(it.is_whole and self.role.name not in it.seen_by for it in canaries)
        for surface in addresses:
            if not surface.parameters or self._missing.get(surface.name) == _ONLY_FORMS:
                continue
            url = url_of(surface, first.pk, first.slug)
            missing = url_of(surface, _MISSING_ID, _MISSING_SLUG)
            if url and missing:
                answer = self._get(url, first.pk)
                self._judge(surface.name, answer, canaries)
                if answer.status_code == _ONLY_FORMS:
                    self._missing[surface.name] = _ONLY_FORMS
                elif is_hidden:
                    self._compare(surface, first, answer, missing)
            if first.space_slug and (url := url_of(surface, first.pk, first.space_slug)):
                self._judge(surface.name, self._get(url), canaries)

    def _get(self, url: str, pk: int = _MISSING_ID) -> Any:
        """Ask for it; of the file of a canary, which has no object, whether it is as it was."""
        self.report.request_count += 1
        etag = f'"{file_key(pk)}.txt"'
        return self.client.get(url, secure=True, headers={"If-None-Match": etag})

    def _compare(
        self, surface: Surface, canary: Canary, answer: HttpResponse, missing: str
    ) -> None:
        """Note where ``answer`` is not that of nothing, which is asked for once."""
        if (status := self._missing.get(surface.name)) is None:
            status = self._missing[surface.name] = self._get(missing).status_code
        if answer.status_code != status:
            what = f"answers {answer.status_code}, and {status} of nothing"
            self._note(surface.name, canary.place, what)

    def _judge(self, name: str, answer: HttpResponse, canaries: list[Canary]) -> None:
        """Note what ``answer`` says of canaries, in its head as in its body."""
        if answer.status_code >= 500:
            self._note(name, "", f"answers {answer.status_code}")
        content = b"\n".join([answer.getvalue(), *_headers(answer)])
        for canary in canaries:
            if canary.word.encode() not in content:
                continue
            if self.role.name in canary.seen_by:
                self.report.seen.add(canary.place)
            else:
                self._note(name, canary.place, "says it")

    def _note(self, name: str, place: str, what: str) -> None:
        self.report.findings.append(Finding(self.role.name, name, place, what))


def _headers(answer: HttpResponse) -> Iterator[bytes]:
    for name, value in answer.items():
        yield f"{name}: {value}".encode()
