"""A site that backups are made of."""

import os
import shutil

import pytest

from tests.conftest import EMPTY_SITE
from tests.forum.site.backups.sites import IS_SQLITE, Site, programs


@pytest.fixture(scope="package", autouse=True)
def _programs():
    """PostgreSQL's programs of the server's version, before those that a machine may have."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", f"{programs()[-1]}", prepend=os.pathsep)
        yield


@pytest.fixture(scope="package")
def original(tmp_path_factory, django_db_setup):
    """A site with somebody who signed and sent a picture, with ``backup.tar`` of it."""
    site = Site(tmp_path_factory.mktemp("backups") / "site")
    if IS_SQLITE:
        shutil.copy(tmp_path_factory.getbasetemp() / EMPTY_SITE, site.database)
    else:
        site.run("migrate", "-v0")
    site.call("fill", site.folder / "backup.tar")
    return site
