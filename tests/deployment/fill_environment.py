"""Fill in /etc/foirail/foirail.env, as whoever runs the site would; arguments change lines."""

import re
import secrets
import sys
from pathlib import Path

ENVIRONMENT = Path("/etc/foirail/foirail.env")
VALUES = {
    "FORUM_SECRET_KEY": secrets.token_urlsafe(50),
    "FORUM_AUTHOR_RECORDS_KEY": secrets.token_urlsafe(50),
    "DATABASE_URL": "'postgres://foirail:secret@127.0.0.1/foirail'",
    "EMAIL_URL": "'smtp://127.0.0.1:1025'",
    "FORUM_REPLY_ADDRESS": "reponse@example.org",
    "FORUM_ACCEL_REDIRECT": "/fichiers-internes/",
    "FORUM_PUBLISHER_NAME": "'Réseau d’essai'",
    "FORUM_PUBLISHER_ADDRESS": "'1 place du Foirail, 22000 Saint-Brieuc'",
    "FORUM_PUBLISHER_EMAIL": "bonjour@example.org",
    "FORUM_HOST_DETAILS": "'Cette machine, 22000 Saint-Brieuc'",
}


def fill(values):
    """Put ``values`` in the lines that name them, commented out or not."""
    text = ENVIRONMENT.read_text()
    for name, value in values.items():
        text, count = re.subn(rf"^#?{name}=.*$", f"{name}={value}", text, flags=re.M)
        assert count == 1, f"No line of the example is {name}=…"
    ENVIRONMENT.write_text(text)


if __name__ == "__main__":
    fill(dict(it.split("=", 1) for it in sys.argv[1:]) or VALUES)
