"""What the worker does about accounts: closes those that are due, and warns before."""

from django.tasks import task

from accounts.closing import actions as account_actions
from accounts.closing.mail import send_inactive
from accounts.closing.models import AccountClosing
from forum.closing.actions import close_account


@task()
def close_due_accounts():
    """Close the accounts whose wait is over; return how many."""
    account_actions.cancel_revisited()
    due = AccountClosing.objects.due().select_related("person").order_by("due_at")
    return sum(close_account(closing.person) for closing in list(due))


@task()
def warn_inactive_accounts():
    """Mail those who have not come for so long that their account will be closed; how many."""
    account_actions.cancel_revisited()
    warned = account_actions.remind_inactive()
    for person_id in account_actions.people_to_warn():
        if closing := account_actions.warn_inactive(person_id):
            warned.append(closing)
    return sum(send_inactive(closing) for closing in warned)
