"""What the worker does about files: prepares those that came, deletes what is left over."""

from django.tasks import task
from django.utils.translation import gettext_lazy as _

from accounts.base.schedules import scheduled
from forum.conversation.files.preparing.actions import prepare
from forum.conversation.files.sweeping.actions import sweep


@task()
def prepare_file(pk: str) -> str | None:
    """Prepare the file ``pk``; return how it ended."""
    return prepare(pk)


@scheduled(_("Effacer les fichiers qui ne sont plus dans aucun message"), cron="*/30 * * * *")
@task()
def sweep_files() -> int:
    """Delete files that no post has any more, or never had; return how many."""
    return sweep()
