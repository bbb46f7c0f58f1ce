"""The register of processing: printed from what the code says of each kind of data."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.base.data_export import privacy_notices
from accounts.closing.models import AccountClosing
from accounts.models import User


def said_by(command, *args, **options):
    """What ``command`` prints."""
    out = StringIO()
    call_command(command, *args, stdout=out, **options)
    return out.getvalue()


def test_the_register_tells_of_each_kind_of_data_as_the_privacy_page_does(settings):
    settings.FORUM_PUBLISHER = settings.FORUM_PUBLISHER | {"name": "Réseau des haies"}
    settings.FORUM_RETENTION = settings.FORUM_RETENTION | {"closing": 4321}
    page = said_by("print_processing_register")

    assert "Réseau des haies" in page and "<!--" not in page
    for notice in privacy_notices():
        assert f"| {notice.what} | {notice.why} | {notice.kept_until} |" in page
    assert "4321" in page


def test_an_operator_closes_an_account_at_once_or_after_the_wait(jeanne, claire):
    assert "will be closed on" in said_by("close_account", claire.email.upper())
    assert AccountClosing.objects.get().person == claire

    assert "is closed" in said_by("close_account", jeanne.email, now=True)
    assert User.objects.get(pk=jeanne.pk).closed_at
    with pytest.raises(CommandError, match="No account"):
        said_by("close_account", jeanne.email, now=True)


def test_an_operator_is_told_why_the_only_animator_stays(lucie):
    with pytest.raises(CommandError, match="seule personne à animer"):
        said_by("close_account", lucie.email, now=True)
