"""What the worker does about the register of signatures."""

from django.tasks import task

from accounts.charter import hash_chain, verification


class RegisterAltered(Exception):
    """The register, or a document of it, is not as it was written; the text lists it."""


@task(max_attempts=1)
def verify_register():
    """Verify the register and its documents, as ``manage.py verify_register`` does.

    Return its newest line, as that command prints it. Raise RegisterAltered.
    """
    found = [*verification.register_problems(), *verification.document_problems()]
    if found:
        raise RegisterAltered("\n".join(found))
    number, sha256 = hash_chain.last_line()
    return f"{number}:{sha256}"
