"""Someone about to sign, and files of the test’s own."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.admission.models import Invitation
from tests.accounts.signing.forms import verified


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
