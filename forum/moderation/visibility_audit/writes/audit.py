"""The audit of writes: each form is sent as every role, and each row that changed is judged.

A form that a page offers is also sent by those whom no page offers it: with the ids and slugs
of who may. What each changes is undone before the next.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.http import HttpResponse
from django.urls import reverse

from accounts.models import Device, Organisation, Session, Territory
from accounts.viewers.viewers import GUEST
from forum.models import Tag
from forum.moderation.visibility_audit.audit import Finding
from forum.moderation.visibility_audit.canaries import ROWS, Canary, plant_canaries
from forum.moderation.visibility_audit.roles import ANIMATOR, GROUP_MEMBER, Role, create_roles
from forum.moderation.visibility_audit.surfaces import surfaces
from forum.moderation.visibility_audit.workspace import rolled_back
from forum.moderation.visibility_audit.writes.judge import Judge
from forum.moderation.visibility_audit.writes.people import people_with_rows
from forum.moderation.visibility_audit.writes.recorded_changes import recorded
from forum.moderation.visibility_audit.writes.visitor import Visitor, pages_left_blank
from forum.moderation.visibility_audit.writes.walk import Kind, OfferedForms, walk

if TYPE_CHECKING:
    from forum.moderation.visibility_audit.writes.page_forms import PageForm


#: What any request writes of whoever asks.
_OF_A_VISIT = (Session, Device)
#: How often a form is put right that is refused for what it holds; of a kind that never acted.
_ATTEMPTS, _FEW_ATTEMPTS = 12, 3


@dataclass
class WriteReport:
    """What an audit of writes has found so far.

    ``offered``: kinds of forms that a role was offered, and sent, summed over the roles;
    ``acted``: how many of them changed a row; ``shown``: how many did not, and were answered a
    page, as a preview is. ``others``: forms that were sent by whom no page offers them so;
    ``others_acted``: how many of them changed a row. ``request_count``: how often any was sent.
    ``forms``: kinds of forms that pages offer; ``idle``: names of those that neither changed
    anything nor showed a page.
    """

    findings: list[Finding] = field(default_factory=list)
    offered: int = 0
    acted: int = 0
    shown: int = 0
    others: int = 0
    others_acted: int = 0
    request_count: int = 0
    forms: int = 0
    idle: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """What it holds, in plain values."""
        return asdict(self)


def audit_writes(
    names: frozenset[str] | None = None,
    progress: Callable[[str], None] = lambda message: None,
    roles: list[Role] | None = None,
) -> WriteReport:
    """Send the forms of every page, or of the pages of ``names`` to those, as every role.

    ``roles`` are those of an audit, of several that may the same one, and some people of the
    site who have rows of each kind, unless they are given.
    To be called where changes are recorded; ``progress`` is given a line after each role.
    """
    roles = roles or _different_roles()
    canaries = [it for plant in plant_canaries(roles) for it in plant()]
    walked = {surface.name: surface for surface in surfaces(names)}
    audit, start = _Audit(canaries, _answers(roles, canaries)), monotonic()
    senders = [(Visitor(role), Judge(role, canaries)) for role in roles]
    for visitor, _judge in senders:
        role = visitor.role
        own = [it for it in canaries if it.place in ROWS and role.name in it.seen_by]
        walk(visitor, walked, own, audit.forms)
        progress(f"{role.name}: {len(audit.forms.by_kind)} forms found")
    recorded()  # What was written so far is not for the roles.
    for send in (audit.send_offered, audit.send_those_of_others):
        for visitor, judge in senders:
            send(visitor, judge)
            counts = f"{audit.report.request_count} forms sent"
            findings = f"{len(audit.report.findings)} findings"
            progress(f"{visitor.role.name}: {counts}, {findings}, {monotonic() - start:.0f} s")
    return audit.finished()


def _different_roles() -> list[Role]:
    """The roles of an audit and people of the site, without members who may what others may.

    Who is of a group, who animates and who has rows here are members of their colleges.
    """
    roles, people = create_roles(), people_with_rows()
    special = [it for it in roles if it.name in (GROUP_MEMBER, ANIMATOR)]
    colleges = {it.college for it in (*special, *people)}
    return [
        *(it for it in roles if it in special or it.college not in colleges),
        *people,
    ]


def _answers(roles: list[Role], canaries: list[Canary]) -> list[str]:
    """What a text can be that must name something that there is: a thread, a member…"""
    (about,) = [it for it in canaries if it.place == ROWS[1]]
    people = (it.person for it in reversed(roles) if it.is_member)
    member = next(person.full_name for person in people if person)
    admitted = Organisation.objects.filter(admitted_at__isnull=False)
    tags = Tag.objects.visible_to(GUEST)
    organisations = {it.college_id: it.name for it in admitted.order_by("-pk")}
    named = [it.name for it in (tags.first(), Territory.objects.first()) if it]
    address = reverse("thread-short", args=[about.pk])
    return [member, *organisations.values(), *named, address, "audit.exemple.fr"]


class _Audit:
    """The forms of a site, what was learnt of them, and the report of what they changed."""

    def __init__(self, canaries: list[Canary], answers: list[str]) -> None:
        self.forms, self.report = OfferedForms(), WriteReport()
        self._canaries, self._answers = canaries, answers
        self._texts: dict[Kind, dict[str, str]] = defaultdict(dict)
        self._acting: set[Kind] = set()
        self._shown: set[Kind] = set()
        self._refused: set[Kind] = set()
        self._slugs = _slugs()

    def send_offered(self, visitor: Visitor, judge: Judge) -> None:
        """Send each kind of form that the visitor was offered, until one of a kind is taken."""
        for kind, forms in self.forms.of(visitor.role):
            for offered in forms:
                form, status, is_acting = self._put_right(visitor, judge, kind, offered)
                if is_acting or status == 200:
                    break
            self.report.offered += 1
            self.report.acted += is_acting
            if is_acting:
                self._acting.add(kind)
                self._texts[kind] |= form.typed_texts
                self.forms.put(kind, form, visitor.role)
            elif status == 200:
                self.report.shown += 1
                self._shown.add(kind)
            elif status == 422:
                self._refused.add(kind)

    def _put_right(
        self, visitor: Visitor, judge: Judge, kind: Kind, form: PageForm
    ) -> tuple[PageForm, int, bool]:
        """The form as it was sent at last, the status of the answer, whether it acted.

        It is sent as it stands; where that is refused, put right, and where nothing changes,
        with all changed that can be.
        """
        form, ways = form.typed_as(self._texts[kind]), None
        for _attempt in range(_FEW_ATTEMPTS if kind in self._refused else _ATTEMPTS):
            answer, is_acting = self._sent(visitor, judge, kind, form)
            if is_acting or answer.status_code not in (302, 422):
                break
            is_refused = answer.status_code == 422
            same = form.corrected(answer.text, self._answers) if is_refused else form
            retried: PageForm | None = same
            if same.sends_same_as(form):
                ways = ways or same.changed_ways()
                retried = next(ways, None)
            if retried is None:
                break
            form = retried
        return form, answer.status_code, is_acting

    def send_those_of_others(self, visitor: Visitor, judge: Judge) -> None:
        """Send what others were offered, and the visitor's own with rows hidden from them."""
        with pages_left_blank():
            for kind, form in self.forms.of_others(visitor.role, judge.hidden_row, self._slugs):
                form = form.without(judge.hidden_words)
                _answer, is_acting = self._sent(visitor, judge, kind, form)
                self.report.others += 1
                self.report.others_acted += is_acting
                self._acting |= {kind} if is_acting else set()

    def _sent(
        self, visitor: Visitor, judge: Judge, kind: Kind, form: PageForm
    ) -> tuple[HttpResponse, bool]:
        """How ``form`` was answered, and whether it changed anything."""
        self.report.request_count += 1
        with rolled_back():
            answer = visitor.post(form)
            changes = recorded()
            findings = {it for it in judge.findings(changes) if it}
            if answer.status_code >= 500:
                findings.add(f"answers {answer.status_code}")
        self.report.findings += [
            Finding(visitor.role.name, kind[0], "", it) for it in sorted(findings)
        ]
        return answer, any(it.model not in _OF_A_VISIT for it in changes)

    def finished(self) -> WriteReport:
        """The report, with what is known once all was sent."""
        kinds = set(self.forms.by_kind)
        self.report.forms = len(kinds)
        idle = kinds - self._acting - self._shown
        self.report.idle = sorted({name for name, _shape in idle})
        return self.report


def _slugs() -> set[str]:
    """By what addresses and forms name rows that have no number, territories aside."""
    return {
        slug
        for model in apps.get_models()
        if model is not Territory and any(it.name == "slug" for it in model._meta.fields)
        for slug in model._base_manager.values_list("slug", flat=True)
    }
