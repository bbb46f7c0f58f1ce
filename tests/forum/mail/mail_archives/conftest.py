"""An archive of three mails, two of one thread, that waits to be opened."""

import pytest

from tests.forum.mail.mail_archives.helpers import import_mails, mail, reply


@pytest.fixture
def archive(lucie, spaces):
    """Of the network's space."""
    return import_mails(
        spaces["network"],
        mail(1, "Nous cherchons une chaufferie zinzolin."),
        reply(
            2,
            1,
            "Prenez du bois amarante.\n\nLe 5 mars 2012, Marie a écrit :\n> Nous cherchons",
        ),
        mail(
            3, "Réunion mardi.", Subject="[tepos] Réunion", From="Marie <marie@mairie.example>"
        ),
    )
