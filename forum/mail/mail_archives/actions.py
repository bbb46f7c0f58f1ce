"""Opening an archive, which the worker then makes threads of, or discarding it whole."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.moderation_log.actions import record_action
from accounts.moderation_log.models import LoggedAction
from accounts.viewers.rules import require_animator
from accounts.viewers.viewers import Viewer
from forum.base import rules
from forum.base.rules import require, require_moderator
from forum.conversation.threads.shown_readers import require_shown_readers
from forum.mail.mail_archives.models import MailArchive, MailAuthor
from forum.mail.mail_archives.publishing.tasks import publish_archive


@transaction.atomic(durable=True)
def open_archive(archive: MailArchive, actor: Viewer, shown_readers: str = "") -> MailArchive:
    """Have the threads of ``archive`` made in its space, by the worker; return it.

    Pressed again, it goes on where it was interrupted. Raise DoesNotExist where the actor does
    not see it, Refused where they may not, and ReadersChanged.
    """
    archive = _lock(archive, actor)
    if archive.published_at:
        return archive
    if archive.opened_at is None:
        words = _("L’importation n’est pas achevée : relancez-la d’abord.")
        require(archive.finished_at is not None, words)
        is_reader = rules.is_read_only(actor, archive.space)
        require(not is_reader, rules.read_only_reason(archive.space))
        require_shown_readers(archive.space, shown_readers)
        archive.opened_at, archive.opened_by_id = timezone.now(), actor.person_id
        archive.save(update_fields=["opened_at", "opened_by"])
        _log(LoggedAction.OPEN_ARCHIVE, archive, actor)
    publish_archive.enqueue(archive.pk)
    return archive


@transaction.atomic(durable=True)
def discard_archive(archive: MailArchive, actor: Viewer) -> None:
    """Discard ``archive`` with all that was imported, as long as it is not opened."""
    archive = _lock(archive, actor)
    require(archive.opened_at is None, _("Cette archive est ouverte : on ne la jette plus."))
    _log(LoggedAction.DISCARD_ARCHIVE, archive, actor)
    authors = set(archive.mails.values_list("author", flat=True)) - {None}
    archive.delete()
    MailAuthor.objects.filter(pk__in=authors, person=None, unclaimed=None, mails=None).delete()


def _lock(archive: MailArchive, actor: Viewer) -> MailArchive:
    """The archive, locked; whoever decides must still be an animator who sees it."""
    require_moderator(actor)
    rows = MailArchive.objects.visible_to(actor).select_for_update(of=("self",))
    locked: MailArchive = rows.select_related("space").get(pk=archive.pk)
    require_animator(User(pk=actor.person_id))
    return locked


def _log(action: LoggedAction, archive: MailArchive, actor: Viewer) -> None:
    words = _("%(space)s : %(mails)d messages, %(threads)d fils") % {
        "space": archive.space.name,
        "mails": archive.mails.count(),
        "threads": archive.threads.count(),
    }
    record_action(action, actor.person_id, reason=words)
