"""The week in digests: once to each, by the rights of the moment, as spaces let mails tell."""

import random
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from forum.base.spaces.models import MailContent
from forum.library.newsletter.models import MAX_INTRODUCTION, MAX_NOTE, NewsletterIssue
from forum.library.newsletter.queries import MAX_IN_MAIL, MAX_ITEMS
from forum.mail.thread_mail.actions import save_mail_setting
from forum.mail.thread_mail.digests.actions import begin_digests
from forum.mail.thread_mail.digests.models import Digest
from forum.mail.thread_mail.digests.queries import MAX_THREADS, digest_content
from forum.models import Expertise, Topic
from tests.factories import AUTHORITIES, PROJECTS, create_tool, post_reply, start_thread
from tests.forum.library.newsletter.newsletter_helpers import digest_of, issue_of

pytestmark = pytest.mark.django_db
HEADING = "LA SEMAINE DU RÉSEAU"


@pytest.fixture(autouse=True)
def only_claire(claire, jeanne, lucie):
    """Nobody but Claire has digests."""
    for person in User.objects.exclude(pk=claire.pk):
        save_mail_setting(person.pk, digest="never", channel="site")
    save_mail_setting(claire.pk, channel="site")


def parts_of(sent):
    return sent.body, sent.alternatives[0][0]


def test_it_comes_with_the_first_digest_after_it_is_published_and_only_then(
    claire, jeanne, spaces
):
    thread = start_thread(jeanne, spaces["network"], title="Notre silo", kind="experience")
    issue = issue_of((thread, "À lire d’abord."), "Les rencontres", ago=None)
    assert digest_of(claire) is None
    NewsletterIssue.objects.update(published_at=timezone.now())

    sent = digest_of(claire)
    for part in parts_of(sent):
        for words in ("Bonne lecture.", "Notre silo", "À lire d’abord.", "Les rencontres"):
            assert words in part
        assert issue.get_absolute_url() in part and "https://exemple.fr/lien" in part
        assert "testserverhttps" not in part and "comhttps" not in part
    assert digest_of(claire) is None


def test_it_is_after_what_concerns_its_reader(claire, jeanne, spaces):
    save_mail_setting(claire.pk, channel="digest")
    own = start_thread(claire, spaces["network"], title="Ma question")
    post_reply(jeanne, own)
    issue_of("Un lien")

    body = digest_of(claire).body
    assert body.index("Ma question") < body.index(HEADING)


def test_a_digest_that_was_not_sent_has_told_nothing(claire, monkeypatch):
    issue_of("Un lien")
    with monkeypatch.context() as patch:

        def refuse(*_args):
            raise ConnectionRefusedError

        patch.setattr("forum.mail.thread_mail.bounces.actions.deliver", refuse)
        with pytest.raises(AssertionError):
            digest_of(claire)
    assert not mail.outbox
    Digest.objects.update(due_at=timezone.now())
    assert HEADING in digest_of(claire).body


@pytest.mark.deep
def test_each_issue_is_told_once_however_digests_and_issues_fall(claire, jeanne, spaces):
    """Random weeks: days of digests, issues early, late or withheld, other news or none."""
    save_mail_setting(claire.pk, channel="digest")
    for seed in range(4):
        dice = random.Random(seed)
        NewsletterIssue.objects.all().delete()
        Digest.objects.all().delete()
        mail.outbox.clear()
        own = start_thread(claire, spaces["network"], title=f"Suivi {seed}")
        told = []
        for step in range(8):
            if dice.random() < 0.5:
                ago = timedelta(days=dice.choice([0, 0, 1, 8, 10]), seconds=1)
                issue_of(
                    f"Lien {seed}-{step}.", weeks_ago=8 - step, ago=dice.choice([ago, None])
                )
            if dice.random() < 0.4:
                post_reply(jeanne, own)
            if sent := digest_of(claire):
                told += [n for n in range(8) if f"Lien {seed}-{n}." in sent.body]
        assert len(told) == len(set(told)), (seed, told)
        current = NewsletterIssue.objects.published().first()
        if current and current.published_at > timezone.now() - timedelta(days=9):
            (item,) = current.items.all()
            assert int(item.words[-2]) in told, seed


def test_who_was_on_holiday_is_told_the_last_one_and_no_older_one(claire):
    issue_of("Ancien lien", weeks_ago=1, ago=timedelta(days=7))
    issue_of("Nouveau lien")
    body = digest_of(claire).body
    assert "Nouveau lien" in body and "Ancien lien" not in body
    assert digest_of(claire) is None


def test_each_is_mailed_what_they_may_see(claire, jeanne, spaces, make_person):
    rita = make_person("Rita Inscrite")
    begin_digests()
    issue_of(
        start_thread(claire, spaces["public"], title="Au grand jour"),
        start_thread(claire, spaces["network"], title="Entre membres"),
        start_thread(claire, spaces[AUTHORITIES], title="Entre élus"),
        start_thread(jeanne, spaces[PROJECTS], title="Entre porteurs"),
        "Un lien",
    )
    expected = {
        claire: ("Au grand jour", "Entre membres", "Entre élus", "Un lien", "Bonne lecture."),
        rita: ("Au grand jour",),
    }
    words = {"Entre porteurs"}.union(*expected.values())
    for person, told in expected.items():
        for part in parts_of(digest_of(person)):
            assert {it for it in words if it in part} == set(told)


def test_who_may_see_nothing_of_it_is_sent_nothing(claire, make_person, spaces):
    rita = make_person("Rita Inscrite")
    issue_of(start_thread(claire, spaces["network"]))
    assert digest_of(rita) is None


@pytest.mark.parametrize("content", MailContent.values)
def test_mails_name_what_its_space_lets_them_name(claire, jeanne, spaces, content):
    network = spaces["network"]
    network.mail_content = content
    network.save()
    thread = start_thread(jeanne, network, title="Notre silo", text="Trente tonnes de bois.")
    tool = create_tool(post_reply(jeanne, thread), "Le modèle")
    issue_of((thread, "Sur le silo."), (tool, "Sur le modèle."), "Un lien")

    for part in parts_of(digest_of(claire)):
        for words in ("Notre silo", "Sur le silo.", "Le modèle", "Sur le modèle."):
            assert (words in part) == (content != MailContent.NOTHING), words
        assert "Un lien" in part and "Trente tonnes" not in part


def test_what_the_week_says_is_not_proposed_a_second_time(claire, jeanne, spaces):
    Expertise.objects.create(person=claire, topic=Topic.objects.first())
    named = start_thread(jeanne, spaces["network"], title="Notre silo", kind="experience")
    other = start_thread(jeanne, spaces["network"], title="Quel vent ?")
    issue_of(named)

    body = digest_of(claire).body
    assert body.count("Notre silo") == 1 and other.title in body


def test_it_is_in_the_language_of_its_reader(claire):
    save_mail_setting(claire.pk, language="en")
    issue_of("Un lien")
    assert "THE WEEK OF THE NETWORK" in digest_of(claire).body


def test_a_digest_costs_the_same_whatever_is_in_the_issue(claire, jeanne, spaces, viewer_of):
    def cost():
        row, viewer = (
            User.objects.select_related("mail_setting").get(pk=claire.pk),
            viewer_of(claire),
        )
        since = timezone.now() - timedelta(days=7)
        digest_content(row, viewer, since)
        with CaptureQueriesContext(connection) as captured:
            assert digest_content(row, viewer, since).week
        return len(captured)

    issue = issue_of("Un lien")
    few = cost()
    issue.delete()
    named = [start_thread(jeanne, spaces["network"], title=f"Fil {n}") for n in range(9)]
    issue_of(*named, create_tool(post_reply(jeanne, named[0])))
    assert cost() == few


@pytest.mark.deep
def test_a_weekly_digest_with_the_fullest_issue_weighs_thirty_kilobytes_at_most(
    claire, jeanne, spaces
):
    save_mail_setting(claire.pk, channel="digest", digest="weekly")
    said = "Élus, régies et coopératives : où en êtes-vous ? " * 20
    for n in range(MAX_THREADS + 2):
        own = start_thread(claire, spaces["network"], title=f"{n} {said}"[:160])
        post_reply(jeanne, own, text=f"{n} {said}")
        for kind in ("experience", "question"):
            start_thread(jeanne, spaces["network"], title=f"{n} {said}"[:150] + kind, kind=kind)
    named = [
        start_thread(jeanne, spaces["network"], title=f"n{n} {said}"[:160])
        for n in range(MAX_ITEMS)
    ]
    notes = [f"{n} {said}"[:MAX_NOTE] for n in range(MAX_ITEMS)]
    issue_of(*zip(named, notes, strict=True), introduction=said[:MAX_INTRODUCTION])

    sent = digest_of(claire)
    for part in parts_of(sent):
        assert all(note in part for note in notes[:MAX_IN_MAIL]) and notes[-1] not in part
    assert "Il y en a d’autres" in sent.body
    assert len(sent.message().as_bytes()) < 30_000
