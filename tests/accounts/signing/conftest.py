"""Someone about to sign, and files of the test’s own."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.admission.models import Invitation
from tests.accounts.signing.forms import mailed_link, prepared, verified


@pytest.fixture(autouse=True)
def _files_of_its_own(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def rita(make_person):
    """Someone with a verified account and nothing else."""
    return verified(make_person("Rita Nouvelle"))


@pytest.fixture
def invitation(town, claire, rita):
    """Claire invites Rita."""
    return Invitation.objects.create(
        organisation=town, email=rita.email, invited_by=claire,
        expires_at=timezone.now() + timedelta(days=1),
    )  # fmt: skip


@pytest.fixture
def page(rita, charter, departments, browser_of):
    """Rita's browser: she prepares."""
    return browser_of(rita)


@pytest.fixture
def link(page):
    """The link of a request that Rita has just prepared."""
    assert prepared(page).status_code == 302
    return mailed_link()
