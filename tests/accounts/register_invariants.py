"""What is true of signatures, whatever happened to them."""

from accounts.models import Signature, SignedVersion


def check_signed_versions():
    """Of each organisation that ever signed, the newest version it still binds itself to."""
    newest = {}
    for organisation, number, withdrawn_at in Signature.objects.values_list(
        "organisation", "version__number", "withdrawn_at"
    ):
        signed = newest.setdefault(organisation, [])
        signed += [number] if withdrawn_at is None else []
    kept = dict(SignedVersion.objects.values_list("organisation", "number"))
    assert kept == {organisation: max(n, default=None) for organisation, n in newest.items()}
