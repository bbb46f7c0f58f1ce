"""The audit itself: each page asked as each role, and what it must not say looked for.

What a role may not see must not be named in any answer, and its own address must answer as one
of what does not exist. As a control, each canary must be found by someone who may see it, or
the audit would prove nothing.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field

from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, reverse

from forum.visibility_audit.canaries import Canary, file_key, plant_canaries
from forum.visibility_audit.roles import Role, create_roles
from forum.visibility_audit.surfaces import Surface, surfaces

#: No row has it.
_MISSING_ID, _MISSING_SLUG = 2**39, "audit-missing"
#: Lists that are filtered by what a canary is called, and searches for how its word begins.
_FILTERED = (("home", "mot"), ("home", "espace"), ("list-changes", "mot"))
_SEARCHED = (("search", "q"), ("search-suggestions", "q"))
#: Letters of a canary's word that a search leaves out: the page repeats what was typed.
_LEFT_OUT = 3


@dataclass(frozen=True)
class Finding:
    """Something wrong: ``what``, at the address of name ``surface``, asked as ``role``."""

    role: str
    surface: str
    canary: str
    what: str


@dataclass
class AuditReport:
    """What an audit has found so far. ``seen``: the places whose canary was seen by right."""

    request_count: int = 0
    findings: list[Finding] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def as_json(self) -> dict:
        """Its ``request_count`` and ``findings``, in plain values."""
        return {
            "request_count": self.request_count,
            "findings": [asdict(one) for one in self.findings],
        }


def audit(
    names: frozenset[str] | None = None,
    scratch: Callable[[], AbstractContextManager[None]] | None = None,
) -> AuditReport:
    """Ask every address, or those of ``names``, as every role; return what was found.

    Rows are written for it. ``scratch`` opens a block whose writing leaves nothing behind:
    there are many short ones, so that nobody who writes meanwhile waits for long. Without it,
    as in a copy of the database, the rows are written once.
    """
    report, asked = AuditReport(), list(surfaces(names))
    if scratch is None:
        roles = create_roles()
        canaries = [plant() for plant in plant_canaries(roles)]
        for role in roles:
            _ask_all(_Asker(role, report), asked, canaries)
        places = {one.place for one in canaries}
    else:
        places = _audit_in_blocks(asked, report, scratch)
    for place in sorted(places - report.seen):
        report.findings.append(Finding("", "", place, "nobody who may see it was shown it"))
    return report


def _audit_in_blocks(asked, report, scratch):
    """Ask as each role, about all canaries at once, then about each; return their places."""
    places, role_count = set(), 1
    number = 0
    while number < role_count:
        with scratch():
            roles = create_roles()
            role_count = len(roles)
            canaries = [plant() for plant in plant_canaries(roles)]
            places |= {one.place for one in canaries}
            _Asker(roles[number], report).ask(asked, canaries)
        for nth in range(len(canaries)):
            with scratch():
                roles = create_roles()
                canary = plant_canaries(roles)[nth]()
                _Asker(roles[number], report).ask_about(asked, canary)
        number += 1
    return places


def _ask_all(asker, asked, canaries):
    asker.ask(asked, canaries)
    for canary in canaries:
        asker.ask_about(asked, canary)


class _Asker:
    """Asks as one role."""

    def __init__(self, role: Role, report: AuditReport) -> None:
        cache.clear()  # Of rate limits, in the audit's own process.
        self.role, self.report = role, report
        self._missing: dict[str, int] = {}
        self.client = Client(raise_request_exception=False)
        if role.person:
            self.client.force_login(role.person)

    def ask(self, asked: list[Surface], canaries: list[Canary]) -> None:
        """Ask what takes no argument, and lists filtered by what canaries are called."""
        for surface in asked:
            if not surface.parameters:
                self._judge(surface.name, self._get(reverse(surface.name)), canaries)
        names = {surface.name for surface in asked}
        for name, parameter in _FILTERED + _SEARCHED:
            for canary in canaries if name in names else ():
                asked_for = canary.space_slug or canary.slug
                if (name, parameter) in _SEARCHED:
                    asked_for = f"{canary.word[:-_LEFT_OUT]}*"
                url = reverse(name, query={parameter: asked_for})
                self._judge(f"{name}?{parameter}", self._get(url), canaries)

    def ask_about(self, asked: list[Surface], canary: Canary) -> None:
        """Ask what names ``canary``, and the same of nothing."""
        is_hidden = self.role.name not in canary.seen_by
        for surface in asked:
            if not surface.parameters:
                continue
            url, missing = _url(surface, canary.pk, canary.slug), _url(surface)
            if url and missing:
                answer = self._get(url, canary.pk)
                self._judge(surface.name, answer, [canary])
                if is_hidden and canary.is_whole:
                    self._compare(surface, canary, answer, missing)
            if canary.space_slug and (url := _url(surface, canary.pk, canary.space_slug)):
                self._judge(surface.name, self._get(url), [canary])

    def _get(self, url, pk=_MISSING_ID):
        """Ask for it; of the file of a canary, which has no object, whether it is as it was."""
        self.report.request_count += 1
        etag = f'"{file_key(pk)}.txt"'
        return self.client.get(url, secure=True, headers={"If-None-Match": etag})

    def _compare(self, surface, canary, answer, missing):
        """Note where ``answer`` is not that of nothing, which is asked for once."""
        if (status := self._missing.get(surface.name)) is None:
            status = self._missing[surface.name] = self._get(missing).status_code
        if answer.status_code != status:
            what = f"answers {answer.status_code}, and {status} of nothing"
            self._note(surface.name, canary.place, what)

    def _judge(self, name, answer, canaries):
        """Note what ``answer`` says of canaries, in its head as in its body."""
        if answer.status_code >= 500:
            self._note(name, "", f"answers {answer.status_code}")
        said = b"\n".join([answer.getvalue(), *_headers(answer)])
        for canary in canaries:
            if canary.word.encode() not in said:
                continue
            if self.role.name in canary.seen_by:
                self.report.seen.add(canary.place)
            else:
                self._note(name, canary.place, "says it")

    def _note(self, name, place, what):
        self.report.findings.append(Finding(self.role.name, name, place, what))


def _url(surface, pk=_MISSING_ID, slug=_MISSING_SLUG):
    """Its address of this row; None where the slug has not the form that it takes."""
    try:
        return reverse(surface.name, kwargs=surface.arguments(pk, slug))
    except NoReverseMatch:
        return None


def _headers(answer) -> Iterator[bytes]:
    for name, value in answer.items():
        yield f"{name}: {value}".encode()
