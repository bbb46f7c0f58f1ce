"""What the worker does about the register of signatures."""

from django.tasks import task
from django.utils.translation import gettext_lazy as _

from accounts.base.schedules import scheduled
from accounts.charter import hash_chain, verification


class RegisterAltered(Exception):
    """The register, or a document of it, is not as it was written; the text lists it."""


@scheduled(_("Vérifier le registre des signatures"), cron="0 4 * * *")
@task(max_attempts=1)  # type: ignore[call-overload, untyped-decorator]  # An option of django-ox.
def verify_register() -> str:
    """Verify the register and its documents, as ``manage.py verify_register`` does.

    Return its newest line, as that command prints it. Raise RegisterAltered.
    """
    problems = [*verification.register_problems(), *verification.document_problems()]
    if problems:
        raise RegisterAltered("\n".join(problems))
    number, sha256 = hash_chain.last_line()
    return f"{number}:{sha256}"
