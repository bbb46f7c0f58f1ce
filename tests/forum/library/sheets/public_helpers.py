"""What tests of public versions make and look at."""

from accounts.closing.actions import ask_to_close
from accounts.viewers.viewers import viewer_of_person
from forum.library.sheets.authors.actions import answer_invitation, invite_author
from forum.library.sheets.public_versions.actions import (
    ConsentValues,
    answer_public_version,
    propose_public_version,
)
from forum.library.sheets.public_versions.snapshot import Proposal
from forum.members.closing.actions import close_account

SUMMARY = "Une chaufferie au bois chauffe l’école et la mairie."
PROPOSAL = Proposal(SUMMARY, "etalab-2.0")
YES, NO = ConsentValues("yes"), ConsentValues("no", remark="Sans le prix du réseau.")


def with_author(draft, author, person):
    """``draft``, which ``person`` writes too."""
    row = invite_author(draft, viewer_of_person(author), person)
    answer_invitation(row.pk, viewer_of_person(person), accepts=True)
    return draft


def make_public(sheet, *authors, proposal=PROPOSAL):
    """The public version of ``sheet``, by the word of all its ``authors``."""
    version = propose_public_version(sheet.thread_id, viewer_of_person(authors[0]), proposal)
    for person in authors:
        version = answer_public_version(version.pk, viewer_of_person(person), YES)
    return version


def page_of(browser, version):
    """What ``browser`` is answered at the public address."""
    return browser.get(version.get_absolute_url())


def close(person):
    """Close the account of ``person`` now."""
    ask_to_close(person, days=0)
    assert close_account(person)
    person.refresh_from_db()
