"""Planning the two mails that follow the welcome of a new member, and sending those due."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Seat, User
from accounts.viewers.viewers import Viewer, viewer_of_person
from forum.base.outgoing_mail.actions import Sent, send_next
from forum.conversation.inbox.notification import Notification
from forum.mail.thread_mail.actions import stop_key_of
from forum.mail.thread_mail.bounces.actions import deliver_to
from forum.mail.thread_mail.models import mailable
from forum.mail.thread_mail.notifications.mail import compose_notifications
from forum.mail.thread_mail.queries import mail_setting_of
from forum.mail.thread_mail.welcomes.models import WelcomeMail, WelcomeStep
from forum.mail.thread_mail.welcomes.queries import welcome_question, welcome_sheet

#: How long after their first seat is confirmed a member is mailed each step.
DELAYS = {
    WelcomeStep.QUESTION: timedelta(days=4),
    WelcomeStep.SHEET: timedelta(days=12),
}
#: Whose step was to be planned longer ago is not mailed it.
NEW_FOR = timedelta(days=3)
#: For how long it is known what was sent; longer than a step may still be planned.
RETENTION = timedelta(days=60)


@transaction.atomic(durable=True)
def plan_welcomes() -> int:
    """Plan each step for who is a member since so many days; return how many."""
    now, planned = timezone.now(), 0
    firsts = Seat.objects.exclude(confirmed_at=None).values("person")
    firsts = firsts.annotate(first=Min("confirmed_at"))
    for step, delay in DELAYS.items():
        since = firsts.filter(first__gt=now - delay - NEW_FOR, first__lte=now - delay)
        people = User.objects.filter(mailable(), pk__in=since.values("person"))
        people = people.exclude(mail_setting__welcomes=False)
        people = people.exclude(pk__in=WelcomeMail.objects.filter(step=step).values("person"))
        rows = [WelcomeMail(person=it, step=step, due_at=now) for it in people.order_by("pk")]
        WelcomeMail.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
        planned += len(rows)
    return planned


def send_next_welcome() -> Sent | None:
    """Send the mail of this kind that is due the longest, if there is anything to say."""
    return send_next(WelcomeMail.objects.all(), _send)


def _send(row: WelcomeMail) -> Sent:
    person = User.objects.filter(mailable(), pk=row.person_id).first()
    setting = mail_setting_of(row.person_id)
    if person is None or not setting.welcomes:
        return Sent.DROPPED
    viewer = viewer_of_person(person)
    if not viewer.is_member:
        return Sent.DROPPED
    with override(setting.language):
        notification = _question(viewer) if row.step == WelcomeStep.QUESTION else _sheet(viewer)
        if notification is None:
            return Sent.DROPPED
        key = stop_key_of(person.pk)
        about = viewer, person, row.pk, key
        deliver_to(person, compose_notifications([notification], *about, kind="welcomes"))
    return Sent.SENT


def _question(viewer: Viewer) -> Notification | None:
    if (post := welcome_question(viewer)) is None:
        return None
    text = _("Une question attend encore une réponse : « %(title)s »")
    text %= {"title": post.thread.title}
    return Notification(post.created_at, text, post.thread.get_absolute_url(), post=post)


def _sheet(viewer: Viewer) -> Notification | None:
    if (found := welcome_sheet(viewer)) is None:
        return None
    sheet, post = found
    text = _("Un territoire comme le vôtre, %(territory)s : « %(title)s »")
    text %= {"territory": sheet.territory, "title": post.thread.title}
    return Notification(post.created_at, text, post.thread.get_absolute_url(), post=post)
