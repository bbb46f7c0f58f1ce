"""What the inbox says of sheets that go public: who is asked, what was said, what became of it.

Title and page are mailed where the thread's own are. Who no longer reads the thread is asked on
the site only.
"""

from collections.abc import Iterator
from typing import Any

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.base.compiled_queries import CompiledQuery
from accounts.models import User
from accounts.viewers.viewers import Rights, Viewer
from forum.conversation.inbox.mailed_threads import mailed_by_thread
from forum.conversation.inbox.notification import (
    Notification,
    notification_source,
    waiting_source,
    with_reason,
)
from forum.library.sheets.models import ExperienceSheet
from forum.library.sheets.public_versions.consents.models import ConsentAnswer
from forum.library.sheets.public_versions.models import (
    PublicVersion,
    PublicVersionQuerySet,
    VersionEnd,
)

#: The newest.
_MAX_ROWS = 50


def _page(version: PublicVersion) -> str:
    return reverse("public-sheet-consent", args=[version.pk])


def _with_mail(viewer: Viewer, versions: list[Any]) -> list[Any]:
    """Each of ``versions``, with what of its notification is for mail.

    In memory without the remarks of others, and without its title unless it was public, where
    ``viewer`` reads the sheet no more and did not propose it.
    """
    if not versions:
        return []
    mailed = mailed_by_thread(viewer, [version.sheet.thread_id for version in versions])
    sheets = ExperienceSheet.objects.visible_to(viewer)
    sheets = sheets.filter(pk__in=[version.sheet_id for version in versions])
    seen = set(sheets.values_list("pk", flat=True))
    for version in versions:
        version.is_read = version.sheet_id in seen
        is_known = version.is_read or version.published_at
        if not (is_known or version.proposed_by_id == viewer.person_id):
            version.title = _("une fiche que vous ne lisez plus")
    return [(version, mailed[version.sheet.thread_id]) for version in versions]


def _with_consents(versions: list[Any]) -> list[Any]:
    """``versions``, with what each author says."""
    prefetch_related_objects(versions, "consents__person")
    return versions


def _to_answer(rights: Rights, person_id: int) -> PublicVersionQuerySet:
    versions = _concerning(rights, person_id).waiting()
    return _newest(versions.filter(consents__person=person_id, consents__answer=""), "proposed")


def _proposed(rights: Rights, person_id: int) -> PublicVersionQuerySet:
    versions = _concerning(rights, person_id).waiting()
    return _newest(versions.filter(proposed_by=person_id), "proposed")


def _published(rights: Rights, person_id: int) -> PublicVersionQuerySet:
    versions = _concerning(rights, person_id).filter(published_at__isnull=False)
    return _newest(versions.filter(consents__person=person_id), "published")


def _withdrawn(rights: Rights, person_id: int) -> PublicVersionQuerySet:
    versions = _concerning(rights, person_id).filter(end=VersionEnd.WITHDRAWN)
    return _newest(versions.filter(consents__person=person_id), "ended")


def _concerning(rights: Rights, person_id: int) -> PublicVersionQuerySet:
    return PublicVersion.objects.concerning(Viewer(*rights, person_id=person_id))


def _newest(versions: PublicVersionQuerySet, event: str) -> PublicVersionQuerySet:
    versions = versions.select_related("proposed_by", "sheet__thread__space")
    return versions.order_by(f"-{event}_at", "-pk")[:_MAX_ROWS]


_TO_ANSWER: CompiledQuery[PublicVersion] = CompiledQuery(_to_answer, "person_id")
_PROPOSED: CompiledQuery[PublicVersion] = CompiledQuery(_proposed, "person_id")
_PUBLISHED: CompiledQuery[PublicVersion] = CompiledQuery(_published, "person_id")
_WITHDRAWN: CompiledQuery[PublicVersion] = CompiledQuery(_withdrawn, "person_id")


@waiting_source(_TO_ANSWER)
def public_versions_to_answer(
    _person: User, viewer: Viewer, rows: list[PublicVersion]
) -> Iterator[Notification]:
    """The versions that wait for the person's word."""
    text = _("%(who)s propose de rendre publique la fiche « %(title)s » : l’acceptez-vous ?")
    own = _("La fiche « %(title)s » n’est pas encore publique : relisez la page et publiez-la.")
    for version, mailed in _with_mail(viewer, rows):
        is_own = version.proposed_by_id == viewer.person_id
        values = {"who": version.proposed_by.full_name, "title": version.title}
        words = (own if is_own else text) % values
        yield Notification(version.proposed_at, words, _page(version), True, **mailed)


@waiting_source(_PROPOSED)
def refused_public_versions(
    person: User, viewer: Viewer, rows: list[PublicVersion]
) -> Iterator[Notification]:
    """The authors who said no to what the person proposed, while it waits."""
    rows = _with_consents(rows)
    text = _("%(who)s demande de changer la fiche « %(title)s » avant qu’elle soit publique.")
    for version, mailed in _with_mail(viewer, rows):
        for consent in version.consents.all():
            if consent.answer == ConsentAnswer.NO and consent.person_id != person.pk:
                values = {"who": consent.person.full_name, "title": version.title}
                words = with_reason(text % values, consent.remark if version.is_read else "")
                about = mailed | {"subject": consent.pk}
                yield Notification(consent.answered_at, words, _page(version), True, **about)


@notification_source(_PUBLISHED)
def published_versions(
    _person: User, viewer: Viewer, rows: list[PublicVersion]
) -> Iterator[Notification]:
    """Those of the person's sheets that became public."""
    text = _("La fiche « %(title)s » est publique : tous ses auteurs l’ont accepté.")
    for version, mailed in _with_mail(viewer, rows):
        words = text % {"title": version.title}
        yield Notification(version.published_at, words, _page(version), **mailed)


@notification_source(_WITHDRAWN)
def withdrawn_versions(
    person: User, viewer: Viewer, rows: list[PublicVersion]
) -> Iterator[Notification]:
    """The person's sheets that another author withdrew from the public."""
    rows = _with_consents(rows)
    text = _("%(who)s a retiré du public la fiche « %(title)s ».")
    for version, mailed in _with_mail(viewer, rows):
        who = [
            consent for consent in version.consents.all() if consent.answer == ConsentAnswer.NO
        ]
        if not who or who[0].person_id == person.pk:
            continue
        values = {"who": who[0].person.full_name, "title": version.title}
        words = with_reason(text % values, who[0].remark if version.is_read else "")
        yield Notification(version.ended_at, words, _page(version), **mailed)
