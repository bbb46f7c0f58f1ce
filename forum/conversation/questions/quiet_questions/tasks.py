"""What the worker does about questions that have been quiet for some days."""

from django.tasks import task
from django.utils.translation import gettext_lazy as _

from accounts.base.schedules import scheduled
from forum.conversation.questions.quiet_questions.actions import remind_askers, tell_who_knows


@scheduled(_("Chercher à qui proposer les questions sans réponse"), cron="30 7 * * *")
@task()
def tell_of_quiet_questions() -> int:
    """Notify those who know the topic, and remind askers; return how many questions."""
    return tell_who_knows() + remind_askers()
