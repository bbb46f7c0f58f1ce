"""What the worker does about accounts: closes those that are due, and warns before."""

from django.tasks import task
from django.utils.translation import gettext_lazy as _

from accounts.base.schedules import scheduled
from accounts.closing import actions as account_actions
from accounts.closing.mail import send_inactive
from accounts.closing.models import AccountClosing
from forum.members.closing.actions import close_account
from forum.members.closing.names import actions as name_actions


@scheduled(_("Fermer les comptes dont le délai est passé"), cron="*/15 * * * *")
@task()
def close_due_accounts() -> int:
    """Close the accounts whose wait is over; return how many.

    One that cannot be closed keeps no other from it. Raise ExceptionGroup at the end, so that
    it is seen and tried again.
    """
    account_actions.cancel_revisited()
    due = AccountClosing.objects.due().select_related("person").order_by("due_at")
    count, failures = 0, []
    for closing in list(due):
        try:
            count += close_account(closing.person)
        except Exception as failure:  # noqa: BLE001
            failures.append(failure)
    if failures:
        raise ExceptionGroup("Accounts that could not be closed.", failures)
    return count


@scheduled(_("Oublier les noms remplacés à la fermeture des comptes"), cron="50 3 * * *")
@task()
def delete_old_names() -> int:
    """Forget the names that were replaced long ago; return how many passages had them."""
    return name_actions.delete_old_names()


@scheduled(_("Prévenir ceux qui ne sont pas venus depuis longtemps"), cron="0 9 * * *")
@task()
def warn_inactive_accounts() -> int:
    """Mail those who have not come for so long that their account will be closed; how many."""
    account_actions.cancel_revisited()
    warned = account_actions.remind_inactive()
    for person_id in account_actions.people_to_warn():
        if closing := account_actions.warn_inactive(person_id):
            warned.append(closing)
    return sum(send_inactive(closing) for closing in warned)
