"""What the worker does about meetings by the clock."""

from django.tasks import task
from django.utils.translation import gettext_lazy as _

from accounts.base.schedules import scheduled
from forum.conversation.meetings.actions import (
    keep_due_meetings,
    mail_changes,
    remind_of_meetings,
)


@scheduled(_("Noter quelles rencontres ont eu lieu, et donner les places libres"), every=300)
@task()
def keep_meetings() -> int:
    """Note which meetings are over, and give free places away; return how many changed."""
    return keep_due_meetings()


@scheduled(_("Rappeler les rencontres à qui y a une place"), every=60)
@task()
def remind_people() -> int:
    """Remind who has a place of the meetings that come; return of how many."""
    return remind_of_meetings()


@scheduled(_("Envoyer aux agendas ce qui change d’une rencontre"), every=60)
@task()
def mail_calendars() -> int:
    """Mail who has a place what changed of the meetings; return how many mails leave."""
    return mail_changes()
