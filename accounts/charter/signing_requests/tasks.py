"""What the worker does about prepared signatures."""

from django.tasks import task

from accounts.charter.signing_requests.actions import purge_requests


@task()
def delete_old_requests():
    """Delete the requests whose time is over, with the acts in them; return how many."""
    return purge_requests()
