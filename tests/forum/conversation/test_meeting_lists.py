"""Where meetings are listed: their page, home and digests, each by who looks."""

from datetime import datetime, timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Department
from accounts.territories.map_places import department_of_address
from accounts.viewers.viewers import viewer_of_person
from forum.conversation.meetings.models import Meeting, Registration
from forum.conversation.meetings.queries import next_meeting
from forum.mail.thread_mail.digests.mail import compose_digest
from forum.mail.thread_mail.digests.models import Digest
from forum.mail.thread_mail.digests.queries import digest_content
from forum.mail.thread_mail.models import MailSetting
from forum.models import Thread
from tests.factories import AUTHORITIES, start_thread
from tests.forum.conversation.meeting_helpers import create_meeting
from tests.forum.conversation.poll_helpers import words

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]


@pytest.fixture
def meetings(claire, spaces):
    """One to come in each of three spaces, the last one first, and one that took place."""
    made = {}
    for days, name in enumerate(("public", "network", AUTHORITIES), 1):
        thread = start_thread(claire, spaces[name], title=f"Chez {name}")
        made[name] = create_meeting(thread, days=9 - 2 * days)
    past = start_thread(claire, spaces["public"], title="Il y a longtemps")
    made["past"] = create_meeting(past, days=-9)
    return made


def page(browser, address):
    """What a page says, below its header."""
    return words(browser.get(address).text.split("<main")[1])


def digest_to(person):
    """The mail of a digest to ``person``, as text and HTML."""
    MailSetting.objects.get_or_create(person=person)
    content = digest_content(person, viewer_of_person(person), timezone.now())
    row = Digest(person=person, pk=1)
    mail = compose_digest(content, person, row, "1-x")
    return mail.body, mail.alternatives[0].content


def test_the_list_has_what_one_may_read_the_next_first_then_what_took_place(
    meetings, claire, jeanne, client, browser_of
):
    seen = {
        browser_of(claire): [AUTHORITIES, "network", "public"],
        browser_of(jeanne): ["network", "public"],
        client: ["public"],
    }
    for browser, names in seen.items():
        said = page(browser, reverse("meetings"))
        assert [it.partition(" ")[0] for it in said.split("Chez ")[1:]] == names
        assert said.index("Rencontres passées") < said.index("Il y a longtemps")
        assert said.index("Chez public") < said.index("Rencontres passées")
        assert ("Ouvrir un fil avec une rencontre" in said) == (browser is not client)


def test_the_list_and_the_month_mark_those_one_is_registered_for(
    meetings, claire, jeanne, client, browser_of
):
    public, network = meetings["public"], meetings["network"]
    Registration.objects.create(meeting=public, person=claire, placed_at=timezone.now())
    Registration.objects.create(meeting=network, person=claire)
    lists = [reverse("meetings"), f"{reverse('meetings')}?mois={public.local_start:%Y-%m}"]
    if network.local_start.month != public.local_start.month:
        lists.append(f"{reverse('meetings')}?mois={network.local_start:%Y-%m}")
    own = "".join(page(browser_of(claire), address) for address in lists)
    assert own.count("votre inscription est faite") == own.count("vous attendez une place") == 2
    for other in (browser_of(jeanne), client):
        said = "".join(page(other, address) for address in lists)
        assert "votre inscription" not in said and "vous attendez" not in said


def test_one_that_is_cancelled_is_in_no_list(meetings, claire, browser_of):
    for meeting in meetings.values():
        meeting.cancelled_at = timezone.now()
        meeting.save()
    said = page(browser_of(claire), reverse("meetings"))
    assert "Aucune rencontre n’est prévue." in said and "Rencontres passées" not in said
    assert next_meeting(viewer_of_person(claire)) is None


def test_home_has_the_next_that_one_may_read_in_a_line_and_none_to_guests(
    meetings, claire, jeanne, client, browser_of
):
    assert f"Chez {AUTHORITIES}" in waiting_on_home(browser_of(claire))
    assert "Chez network" in waiting_on_home(browser_of(jeanne))
    for other in (browser_of(jeanne), client):
        assert meetings[AUTHORITIES].get_absolute_url() not in other.get("/").text
    assert meetings["public"].get_absolute_url() not in client.get("/").text
    for meeting in meetings.values():
        meeting.starts_at += timedelta(days=30)
        meeting.ends_at += timedelta(days=30)
        meeting.save()
    assert "Chez" not in waiting_on_home(browser_of(claire))


def waiting_on_home(browser):
    """What waits for the person, and the lines beside it."""
    text = browser.get("/").text
    _before, begun, rest = text.partition('<section class="waiting"')
    return words(begun + rest.partition("</section>")[0])


def test_a_digest_has_the_next_that_one_may_read_if_its_space_lets_mails_name_it(
    meetings, claire, jeanne, spaces
):
    for text in map(unescape, digest_to(jeanne)):
        assert "Chez network" in text and meetings["network"].when in text
        assert AUTHORITIES not in text
    assert f"Chez {AUTHORITIES}" in digest_to(claire)[0]
    spaces[AUTHORITIES].mail_content = "nothing"
    spaces[AUTHORITIES].save()
    assert "Chez" not in digest_to(claire)[0]


def test_one_asks_for_the_meetings_of_a_topic_and_keeps_it_from_page_to_page(
    meetings, claire, topics, browser_of
):
    other = topics[1]
    Thread.objects.filter(pk=meetings["network"].thread_id).update(topic=other)
    for _number in range(21):
        create_meeting(meetings["network"].thread, days=-3, ended_at=timezone.now())
    url = f"{reverse('meetings')}?sujet={other.slug}"
    text = browser_of(claire).get(url).text
    assert f'value="{other.slug}"' in text and f"{url}&amp;page=2" in text
    said = words(text.split("<main")[1])
    assert "Chez network" in said and "Chez public" not in said and "Il y a" not in said
    assert "Aucune rencontre" in page(browser_of(claire), f"{reverse('meetings')}?sujet=rien")


def test_a_month_is_a_table_of_what_one_may_read_before_and_after_today(
    meetings, claire, jeanne, browser_of
):
    start = timezone.make_aware(datetime(2027, 3, 31, 23, 0))
    for name, days in ("public", 0), (AUTHORITIES, -29), ("network", 1), ("past", -31):
        meeting = meetings[name]
        meeting.starts_at = start + timedelta(days=days)
        meeting.ends_at = meeting.starts_at + timedelta(hours=2)
        meeting.save()
    url = f"{reverse('meetings')}?mois=2027-03"
    said = page(browser_of(claire), url)
    assert said.index(f"Chez {AUTHORITIES}") < said.index("Chez public")
    assert "Chez network" not in said and "Il y a longtemps" not in said
    assert "Mars 2027" in said and "Février 2027" in said and "Avril 2027" in said
    assert AUTHORITIES not in page(browser_of(jeanne), url)
    link = f'href="{reverse("meetings")}?mois={timezone.localdate():%Y-%m}"'
    assert link in browser_of(claire).get(reverse("meetings")).text
    for wrong in "x", "2027-13", "2027", "0000-01", "99999-01", "-", "2200-12", "1900-01":
        answer = browser_of(claire).get(f"{reverse('meetings')}?mois={wrong}")
        assert answer.status_code == 200


def test_the_map_has_the_departments_of_meetings_to_come_that_one_may_read(
    meetings, claire, client, browser_of
):
    for code, name in ("22", "Côtes-d’Armor"), ("61", "Orne"), ("974", "La Réunion"):
        where = {} if code == "974" else {"x": 100, "y": 100}
        Department.objects.create(code=code, name=name, **where)
    places = {
        "public": "Mairie, 61110 Rémalard",
        "network": "Mairie (61400)",
        AUTHORITIES: "97435 Saint-Paul",
        "past": "22000 Saint-Brieuc",
    }
    for name, place in places.items():
        Meeting.objects.filter(pk=meetings[name].pk).update(place=place)
    address = reverse("meetings")
    text = browser_of(claire).get(address).text
    assert "Orne\u00a0: 2 rencontres" in text and "La Réunion\u00a0: 1 rencontre" in text
    assert "Côtes-d’Armor" not in text
    assert "Orne\u00a0: 1 rencontre" in client.get(address).text
    assert "Réunion\u00a0:" not in client.get(address).text
    shown = page(browser_of(claire), f"{address}?departement=61")
    assert "Chez public" in shown and "Chez network" in shown
    assert f"Chez {AUTHORITIES}" not in shown and "Il y a longtemps" not in shown
    assert f'href="{address}#liste"' in browser_of(claire).get(f"{address}?departement=61").text


def test_without_a_postal_code_there_is_no_map(meetings, client):
    assert "<svg\n  viewBox" not in client.get(reverse("meetings")).text
    assert client.get(reverse("meetings"), {"departement": "99"}).status_code == 200


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ("Mairie, 1 rue Foch, 61110 Rémalard", "61"),
        ("(01000)", "01"),
        ("20000 Ajaccio", "2A"),
        ("20600 Furiani", "2B"),
        ("97435 Saint-Gilles", "974"),
        ("98800 Nouméa", "988"),
        ("12345 allée des Ormes, 35000 Rennes", "35"),
        ("Salle 2026, à 14 h", ""),
        ("٣٥٠٠٠", ""),
        ("", ""),
    ],
)
def test_a_postal_code_says_the_department(place, code):
    assert department_of_address(place) == code
