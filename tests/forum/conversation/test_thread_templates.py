"""A thread begins by a template: a guide, and headings that wait for the writer's words."""

import json
from html import unescape
from pathlib import Path

import pytest
from django.urls import reverse
from lxml import html as lxml_html

from accounts.moderation_log.models import LoggedAction, ModerationLogEntry
from forum.base.rules import Refused
from forum.conversation.threads.thread_templates import actions
from forum.conversation.threads.thread_templates.actions import GuideTexts
from forum.conversation.threads.thread_templates.models import TemplateGuide, ThreadTemplate
from forum.models import Thread, Topic
from forum.site.reference_data import files
from forum.site.reference_data.loading import load_reference_data

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("charter")]
NEW = reverse("new-thread")


def fields_of(page):
    """What the form of a new thread in ``page`` sends, by the names of its fields."""
    (form,) = lxml_html.document_fromstring(page).xpath("//form[@data-composer]")
    return {name: value for name, value in form.form_values() if name != "files"}


@pytest.fixture
def templates(topics):
    """A question, with a guide of its own for wind, and an announcement."""
    rows = {}
    for order, kind in enumerate(("question", "announcement")):
        one = ThreadTemplate.objects.create(slug=kind, name=kind, kind=kind, order=order)
        one.guides.create(guide=f"- Dire la **date** ({kind})", text=f"**Quand ({kind})** :")
        rows[kind] = one
    wind = Topic.objects.get(slug="eolien")
    rows["question"].guides.create(
        topic=wind, guide="Dire le vent", text="**Vent** :", guide_en="Say the wind"
    )
    return rows


@pytest.fixture
def form_of(browser_of, spaces):
    """The page of a new thread as a person is shown it."""

    def form_of(person, **query):
        return unescape(browser_of(person).get(NEW, query).text)

    return form_of


def test_the_guide_is_shown_and_the_text_begins_with_its_headings_once_it_is_chosen(
    templates, claire, form_of
):
    shown = form_of(claire)
    assert "Dire la <strong>date</strong> (question)" in shown
    assert ">**Quand" not in shown

    begun = form_of(claire, template="question")
    assert fields_of(begun)["text"].strip() == "**Quand (question)** :"
    assert fields_of(begun)["kind"] == "question"


def test_a_topic_has_its_own_guide_and_others_the_general_one(templates, claire, form_of):
    wind = form_of(claire, template="question", topic="eolien")
    assert "Dire le vent" in wind
    assert "Dire la" not in wind
    assert fields_of(wind)["text"].strip() == "**Vent** :"
    assert "Dire la" in form_of(claire, template="question", topic="rien-de-tel")


def test_announcements_begin_for_animators_only(templates, claire, lucie, form_of, browser_of):
    assert "(announcement)" not in form_of(claire, template="announcement")
    begun = form_of(lucie, template="announcement")
    assert fields_of(begun)["kind"] == "announcement"
    piece = browser_of(claire).get(reverse("template-guides"), {"template": "announcement"})
    assert "(announcement)" not in piece.text


def test_what_was_typed_is_kept_and_no_template_takes_its_place(
    templates, claire, browser_of, spaces
):
    sent = {"kind": "question", "title": "", "text": "Mes mots.", "template": "question"}
    page = browser_of(claire).post(f"{NEW}?template=question", sent)
    assert page.status_code == 422
    assert fields_of(page.text)["text"].strip() == "Mes mots."


def test_a_template_that_nobody_filled_in_is_not_published(
    templates, claire, browser_of, form_of, spaces
):
    browser = browser_of(claire)
    begun = browser.get(NEW, {"template": "question", "topic": "eolien"})
    sent = fields_of(begun.text) | {"title": "Quel vent à Brec ?", "ask": ""}
    answer = browser.post(NEW, sent | {"text": "**Vent** :\r\n"})
    assert answer.status_code == 422
    assert "complétez-le avant de publier" in unescape(answer.text)

    answer = browser.post(NEW, sent | {"text": "**Vent** : 6 m/s"})
    assert answer.status_code == 302, answer.text
    assert Thread.objects.get().title == "Quel vent à Brec ?"


def test_what_the_script_fetches_is_what_the_page_shows(templates, claire, browser_of, form_of):
    about = {"template": "question", "topic": "eolien"}
    piece = unescape(browser_of(claire).get(reverse("template-guides"), about).text)
    assert " ".join(piece.split()) in " ".join(form_of(claire, **about).split())
    assert 'data-text="**Vent** :"' in piece


def test_an_animator_writes_a_guide_sees_it_first_and_the_log_says_so(
    templates, lucie, browser_of, form_of, claire
):
    desk, address = browser_of(lucie), reverse("edit-guide", args=["question"])
    typed = {"guide": "Dire *tout*", "text": "## Tout", "guide_en": "", "text_en": ""}
    seen = desk.post(address, typed | {"preview": "1"})
    assert "Dire <em>tout</em>" in seen.text
    assert not ModerationLogEntry.objects.exists()

    assert desk.post(address, typed).status_code == 302
    assert "Dire <em>tout</em>" in form_of(claire)
    entry = ModerationLogEntry.objects.get()
    assert (entry.action, entry.reason) == (LoggedAction.EDIT_TEMPLATE, "question")
    desk.post(address, typed)
    assert ModerationLogEntry.objects.count() == 1  # What is the same is no change.
    empty = desk.post(address, typed | {"guide": ""})
    assert empty.status_code == 422
    assert "## Tout" in empty.text


def test_the_guide_of_a_topic_begins_as_the_general_one_and_is_taken_away(
    templates, lucie, browser_of, form_of, claire
):
    desk = browser_of(lucie)
    address = reverse("edit-topic-guide", args=["question", "bois-energie"])
    assert "Dire la **date**" in unescape(desk.get(address).text)
    desk.post(address, {"guide": "Dire le bois"})
    assert "Dire le bois" in form_of(claire, template="question", topic="bois-energie")
    assert "bois-energie" in desk.get(reverse("thread-templates")).text

    taken = reverse("remove-guide", args=["question", "bois-energie"])
    for _press in range(2):
        assert desk.post(taken).status_code == 302
    assert "Dire la" in form_of(claire, template="question", topic="bois-energie")
    assert ModerationLogEntry.objects.count() == 2
    assert desk.get(reverse("edit-topic-guide", args=["question", "rien"])).status_code == 404


def test_a_template_is_offered_no_longer_and_again(
    templates, lucie, browser_of, form_of, claire
):
    desk, address = browser_of(lucie), reverse("offer-template", args=["question"])
    desk.post(address, {"offered": ""})
    assert "Dire la" not in form_of(claire, template="question")
    assert fields_of(form_of(claire, template="question"))["text"].strip() == ""
    desk.post(address, {"offered": "1"})
    assert "Dire la" in form_of(claire)


def test_only_animators_keep_templates(templates, claire, viewer_of):
    viewer, one = viewer_of(claire), templates["question"]
    wind = Topic.objects.get(slug="eolien")
    for act in (
        lambda: actions.write_guide(one, None, GuideTexts("Non"), viewer),
        lambda: actions.remove_guide(one, wind, viewer),
        lambda: actions.offer_template(one, viewer, is_offered=False),
    ):
        with pytest.raises(Refused):
            act()
    assert TemplateGuide.objects.filter(topic=wind).exists()


def test_a_network_begins_with_templates_and_what_animators_wrote_stays(lucie, viewer_of):
    count = load_reference_data()["templates"]
    assert count == len(files.json_rows("thread_templates")) >= 4
    one = ThreadTemplate.objects.get(slug="question")
    assert one.guides.filter(topic__slug="reseaux-chaleur").exists()
    actions.write_guide(one, None, GuideTexts("À nous"), viewer_of(lucie))

    assert "templates" not in load_reference_data()
    assert one.guides.get(topic=None).guide == "À nous"


def test_every_guide_of_the_reference_data_is_in_both_languages_and_of_a_topic_that_is():
    place = Path(files.__file__).parent / "data"
    topics = {row["slug"] for row in files.json_rows("topics")}
    for row in json.loads((place / "thread_templates.json").read_text())["thread_templates"]:
        for guide in row["guides"]:
            assert guide["guide_en"] and bool(guide["text"]) == bool(guide["text_en"])
            assert guide.get("topic", "eolien") in topics


@pytest.mark.parametrize(
    ("slug", "words"),
    [
        ("assemblee", "**Ce que nous décidons** (45\u00a0min)"),
        ("conference-de-midi", "**Vos questions** (25\u00a0min)"),
        ("election-animation", "**Le tour de consentement s’ouvre le**"),
    ],
)
def test_a_meeting_or_an_election_begins_by_its_agenda(form_of, claire, slug, words):
    load_reference_data()

    assert words in fields_of(form_of(claire, template=slug))["text"]
