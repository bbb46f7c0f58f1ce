"""Signing, and what the register's proof says."""

from io import StringIO

from django.core.management import CommandError, call_command

from accounts.charter.actions import sign_charter


def sign(person, version, **said):
    """``person`` signs for the organisation that they sit in."""
    seat = person.seats.get()
    return sign_charter(
        person,
        version=version,
        organisation=seat.organisation,
        position=seat.position,
        authority="office",
        authority_detail="",
        typed_name=person.full_name,
        **said,
    )


def verdict(**options):
    """What ``verify_register`` finds, as an operator reads it."""
    out, err = StringIO(), StringIO()
    try:
        call_command("verify_register", stdout=out, stderr=err, **options)
    except CommandError:
        return err.getvalue().splitlines()
    assert out.getvalue().startswith("The register is whole: ") and not err.getvalue()
    return []
