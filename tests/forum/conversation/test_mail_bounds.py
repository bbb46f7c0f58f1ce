"""« Qui lira ceci ? » says how many mails a reply sends: a bound, whatever the thread."""

import json
import re

import pytest
from django.db import connection
from django.urls import reverse

from accounts.models import User
from accounts.viewers.viewers import GUEST
from forum.base.spaces.models import MailContent
from forum.conversation.follows.mail_bounds import MAIL_BOUNDS, followers_by_mail, mail_bound
from forum.conversation.follows.models import Channel, Follow, Level
from forum.conversation.threads.models import Thread
from forum.conversation.threads.queries import thread_for_page
from forum.mail.thread_mail.models import MailSetting
from tests.forum.test_query_counts import cost

pytestmark = pytest.mark.django_db


def follow_all(thread, number, first=0, **fields):
    """``number`` more people follow the thread, as ``fields`` say."""
    people = User.objects.bulk_create(
        User(email=f"suit-{first + n}@exemple.invalid", full_name=f"Suit {first + n}")
        for n in range(number)
    )
    Follow.objects.bulk_create(Follow(person=one, thread=thread, **fields) for one in people)
    return people


@pytest.fixture
def line(thread, browser_of):
    """What the composer says of mails, to a person."""

    def line(person, address=None):
        page = browser_of(person).get(address or thread.get_absolute_url()).text
        found = re.search(r'<span class="mails">(.*?)</span>', page, re.DOTALL)
        return " ".join(found[1].split()) if found else None

    return line


@pytest.mark.parametrize(
    ("count", "bound"),
    [(0, 9), (1, 9), (9, 9), (10, 20), (20, 20), (21, 50), (200, 200), (201, 0), (10**6, 0)],
)
def test_a_number_is_rounded_up_and_few_are_all_one(count, bound):
    assert mail_bound(count) == bound


def test_the_line_follows_those_who_are_mailed_at_once(thread, claire, jeanne, line):
    assert line(jeanne) == "· dont moins de dix par courriel"
    follow_all(thread, 8)
    assert line(jeanne) == "· dont moins de dix par courriel"
    follow_all(thread, 1, 8)
    assert line(jeanne) == "· dont 20 au plus par courriel"
    follow_all(thread, MAIL_BOUNDS[-1], 9)
    assert line(jeanne) == "· dont plus de 200 par courriel"


def test_it_is_the_same_for_all_who_may_reply_and_on_the_page_of_the_form(
    thread, claire, jeanne, lucie, line
):
    """Whoever follows, or wrote, reads what others read."""
    follow_all(thread, 9)
    said = {line(person) for person in (claire, jeanne, lucie)}
    said.add(line(jeanne, reverse("replies", args=[thread.pk])))

    assert said == {"· dont 20 au plus par courriel"}


def test_who_chose_the_digest_or_the_site_or_has_left_is_not_counted(thread, jeanne, line):
    follow_all(thread, 10, channel=Channel.DIGEST)
    follow_all(thread, 10, 10, channel=Channel.SITE)
    follow_all(thread, 10, 20, level=Level.FIRST)
    chose = follow_all(thread, 10, 30)
    MailSetting.objects.bulk_create(MailSetting(person=it, channel="digest") for it in chose)
    left = follow_all(thread, 10, 40)
    User.objects.filter(pk__in=[it.pk for it in left]).update(is_active=False)

    assert line(jeanne) == "· dont moins de dix par courriel"
    follow_all(thread, 10, 50, channel=Channel.MAIL)
    assert line(jeanne) == "· dont 20 au plus par courriel"


def test_who_may_not_reply_is_told_nothing(thread, make_person, line, spaces):
    thread.space = spaces["public"]
    thread.save(update_fields=["space"])

    assert line(None) is None and line(make_person("Paul")) is None
    assert not hasattr(thread_for_page(GUEST, thread.pk), "followers_by_mail")


@pytest.mark.parametrize(
    ("content", "words"),
    [(MailContent.NOTHING, ", sans titre, auteur"), (MailContent.TITLE, "le texte")],
)
def test_it_says_where_mails_tell_less(content, words, thread, jeanne, line):
    thread.space.mail_content = content
    thread.space.save(update_fields=["mail_content"])

    assert words in line(jeanne)


def test_it_costs_no_query_and_looks_at_a_few_hundred_followers(thread, jeanne, browser_of):
    client, address = browser_of(jeanne), thread.get_absolute_url()
    few = cost(client, address)
    follow_all(thread, 700)

    assert cost(client, address) == few


@pytest.mark.skipif(connection.vendor != "postgresql", reason="EXPLAIN of PostgreSQL")
@pytest.mark.parametrize("channel", [Channel.MAIL, Channel.DIGEST])
def test_of_5000_followers_postgresql_looks_at_no_more_than_500(
    thread, claire, viewer_of, channel
):
    people = follow_all(thread, 5_000)
    MailSetting.objects.bulk_create(MailSetting(person=it, channel=channel) for it in people)
    rows = Thread.objects.visible_to(viewer_of(claire)).filter(pk=thread.pk)
    sql, values = (
        rows.annotate(mails=followers_by_mail("pk")).values("mails").query.sql_with_params()
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", values)
        plan = json.loads(json.dumps(cursor.fetchone()[0]))[0]["Plan"]
    looked_at = [
        node["Actual Rows"] * node["Actual Loops"]
        for node in nodes_of(plan)
        if node.get("Relation Name") in ("forum_follow", "accounts_user", "forum_mailsetting")
    ]
    assert len(looked_at) >= 3 and max(looked_at) <= 500


def nodes_of(plan):
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes_of(below)
