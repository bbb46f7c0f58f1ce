"""The newsletter: an issue that names a thread and a tool of every space, for every role."""

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from forum.library.newsletter.models import NewsletterIssue, NewsletterItem
from forum.mail.thread_mail.digests.models import Digest
from forum.models import Space
from tests.forum.library.newsletter.newsletter_helpers import digest_of, issue_of
from tests.surfaces.roles import for_each_role
from tests.surfaces.tables import ANIMATE, MEMBERS, READERS

pytestmark = pytest.mark.usefixtures("mailed_at_once")


@pytest.fixture
def issue(canaries):
    """The current issue; each note has the word of the thread or tool that it is on."""
    named = [
        (what, f"Note {word}")
        for name, word in canaries.words.items()
        for what in (canaries.threads[name], canaries.tools[name])
    ]
    return issue_of(*named, introduction="Entre membres seulement.")


def words_in(text, canaries):
    return {name for name, word in canaries.words.items() if word in text}


@pytest.mark.deep
@for_each_role
def test_an_issue_names_to_each_role_what_it_reads(role, canaries, issue, client_of):
    client = client_of(role)
    read = {name for name in canaries.words if role in READERS[name]}
    page = client.get(issue.get_absolute_url())
    assert words_in(page.text, canaries) == read
    assert ("Entre membres seulement." in page.text) == (role in MEMBERS)
    titles = {f"Outil {canaries.words[name]}" in page.text for name in read}
    assert titles == {True}

    NewsletterItem.objects.filter(thread__space__slug="place-publique").delete()
    User.objects.update(newsletter_read_week=None)
    home = client.get("/").text
    assert words_in(home, canaries) <= read
    assert ('class="week"' in home) == (role in MEMBERS)


@pytest.mark.deep
@for_each_role
def test_a_draft_is_there_for_animators_with_what_they_read(role, canaries, issue, client_of):
    NewsletterIssue.objects.update(published_at=None)
    client = client_of(role)
    read = {name for name in canaries.words if role in READERS[name]}
    assert client.get(issue.get_absolute_url()).status_code == 404
    for name in ("edit-newsletter-issue", "preview-newsletter-issue"):
        for query in ("", "?college=collectivites-locales"):
            answer = client.get(reverse(name, args=[issue.slug]) + query)
            assert (answer.status_code == 200) == (role in ANIMATE), name
            assert words_in(answer.text, canaries) <= read, (name, query)


@pytest.mark.deep
@for_each_role
def test_a_digest_brings_of_an_issue_what_its_reader_reads(role, canaries, people, issue):
    if (person := getattr(people, role)) is None:
        return
    Digest.objects.all().delete()
    Space.objects.update(mail_content="full")
    read = {name for name in canaries.words if role in READERS[name]}
    sent = digest_of(person)
    assert sent or role == "suspended"
    text = f"{sent.body}{sent.alternatives[0][0]}" if sent else ""
    assert words_in(text, canaries) <= read
    assert ("Entre membres seulement." in text) == (role in MEMBERS)
    assert len([one for one in mail.outbox if one.to == [person.email]]) <= 1
    assert issue.published_at < timezone.now()
