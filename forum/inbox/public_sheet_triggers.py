"""Triggers that tell whom sheets that go public concern; ``triggers.py`` has no room."""

from accounts.base.triggers import Trigger
from forum.inbox.trigger_sql import on_each, tell, tell_person

#: Who is asked about a public version of a sheet, and who proposed it.
_OF_VERSION = """
SELECT NEW.proposed_by_id AS person_id
UNION SELECT person_id FROM forum_authorconsent WHERE version_id = NEW.id
"""
#: Who proposed the version that an author answers about.
_PROPOSER = (
    "SELECT proposed_by_id AS person_id FROM forum_publicversion WHERE id = NEW.version_id"
)

PUBLIC_SHEET_TRIGGERS = (
    Trigger(
        "notify_of_public_version",
        "UPDATE OF published_at, ended_at ON forum_publicversion",
        "TRUE",
        tell(_OF_VERSION),
    ),
    *on_each(
        "forum_authorconsent",
        tell_person("NEW.person_id") + tell(_PROPOSER),
        "notify_of_author_consent",
    ),
)
