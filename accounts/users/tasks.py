"""What the worker does about sessions and accounts."""

from django.tasks import task

from accounts.users import actions


@task()
def delete_expired_sessions():
    """Delete the sessions that have expired; return how many."""
    return actions.delete_expired_sessions()


@task()
def lift_ended_suspensions():
    """Note that suspensions have ended; return how many."""
    return actions.lift_ended_suspensions()


@task()
def delete_unverified_accounts():
    """Delete the sign-ups that were never verified; return how many."""
    return actions.delete_unverified_accounts()
