"""Animators edit an issue before it goes: in one form, of which nothing typed is lost."""

from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.moderation_log.models import LoggedAction, ModerationLogEntry
from forum.base.rules import Refused
from forum.library.newsletter import actions
from forum.library.newsletter.actions import AddedItem, IssueConflict, IssueEdit
from forum.library.newsletter.models import NewsletterIssue, NewsletterItem
from forum.library.newsletter.queries import MAX_ITEMS
from tests.factories import (
    AUTHORITIES,
    COLLEGES,
    PROJECTS,
    SUPPORT,
    break_glass,
    create_tool,
    move_thread,
    post_reply,
    start_thread,
)
from tests.forum.library.newsletter.newsletter_helpers import fields_of, issue_of, text_of

pytestmark = pytest.mark.django_db
ISSUES = "newsletter-issues"


@pytest.fixture
def threads(jeanne, spaces):
    """Three experiences of Jeanne's."""
    titles = "Le silo", "Le réseau", "La régie"
    return [
        start_thread(jeanne, spaces["network"], title=title, kind="experience")
        for title in titles
    ]


@pytest.fixture
def draft(threads):
    """An issue of these that nobody published."""
    return issue_of(*threads, ago=None)


@pytest.fixture
def desk(lucie, browser_of, draft):
    """What Lucie sends, with all that the form of the draft has unless she types otherwise."""
    browser, page = browser_of(lucie), edit_page(draft)

    def desk(press="save", form=None, **typed):
        sent = (form or fields_of(browser.get(page).text)) | {"press": press} | typed
        return browser.post(page, sent)

    desk.form = lambda: fields_of(browser.get(page).text)
    desk.page = lambda: text_of(browser, page)
    return desk


def edit_page(issue):
    return reverse("edit-newsletter-issue", args=[issue.slug])


def titles_of(issue):
    return [
        one.title for one in NewsletterItem.objects.filter(issue=issue).order_by("position")
    ]


def item_of(issue, n):
    return list(NewsletterItem.objects.filter(issue=issue).order_by("position"))[n]


def actions_logged():
    return list(ModerationLogEntry.objects.order_by("pk").values_list("action", "reason"))


def test_items_are_put_in_order_by_buttons_that_save_what_is_typed(desk, draft):
    last, first = item_of(draft, 2), item_of(draft, 0)
    desk(f"raise-{last.pk}", introduction="Bonjour à tous.", note_0="À lire d’abord.")
    assert titles_of(draft) == ["Le silo", "La régie", "Le réseau"]
    desk(f"lower-{first.pk}")
    assert titles_of(draft) == ["La régie", "Le silo", "Le réseau"]
    desk(f"raise-{last.pk}")
    desk(f"remove-{last.pk}")

    assert titles_of(draft) == ["Le silo", "Le réseau"]
    assert desk.page().count("Ajouter une ligne") == 1  # The other has its line.
    assert item_of(draft, 0).note == "À lire d’abord."
    draft.refresh_from_db()
    assert draft.introduction == "Bonjour à tous."
    assert set(actions_logged()) == {(LoggedAction.EDIT_NEWSLETTER, draft.slug)}


def test_what_changes_nothing_is_no_change_and_no_line_of_the_log(desk, draft):
    assert desk().status_code == 302
    assert desk(f"raise-{item_of(draft, 0).pk}").status_code == 302
    draft.refresh_from_db()
    assert draft.version == 0
    assert actions_logged() == []


def test_a_thread_a_tool_an_organisation_and_a_link_are_added_by_their_addresses(
    desk, draft, claire, jeanne, spaces
):
    question = start_thread(claire, spaces["public"], title="Quel vent ?")
    tool = create_tool(post_reply(jeanne, question), "Le modèle")
    town = claire.seats.get().organisation
    reply = question.posts.get(number=2)
    for address in (reply.get_absolute_url(), tool.get_absolute_url(), town.get_absolute_url()):
        assert desk("add", address=f"http://testserver{address}").status_code == 302
        desk("add", address=address)  # Again: it is there.
    desk("add", address="https://exemple.fr/rencontres", words="Les rencontres de 2027")

    named = NewsletterItem.objects.filter(issue=draft).order_by("position")[3:]
    thread, offered, organisation, link = named
    assert (thread.thread, offered.tool_id) == (question, tool.file.tool_id)
    assert organisation.organisation == town
    assert (link.words, link.address) == (
        "Les rencontres de 2027",
        "https://exemple.fr/rencontres",
    )
    page = desk.page()
    assert "Le modèle" in page and town.name in page and "Les rencontres de 2027" in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"address": "/fils/99999/rien/"}, "Rien que vous lisez n’est à cette adresse."),
        ({"address": "/outils/99999/rien/"}, "Rien que vous lisez n’est à cette adresse."),
        ({"address": "/organisations/rien/"}, "Rien que vous lisez n’est à cette adresse."),
        ({"address": "n’importe quoi"}, "Rien que vous lisez n’est à cette adresse."),
        ({"address": "http://[rien"}, "Rien que vous lisez n’est à cette adresse."),
        ({"address": "javascript://exemple.fr/%0aalert(1)", "words": "x"}, "n’est pas entière"),
        ({"address": "https://exemple.fr/"}, "Dites ce que l’on y lit."),
        ({"words": "Les rencontres"}, "Où ces mots mènent-ils"),
        ({"introduction": "a" * 601}, "C’est trop long"),
        ({"note_0": "a" * 201}, "C’est trop long"),
    ],
)
def test_what_cannot_be_added_is_said_and_everything_typed_stays(desk, draft, typed, said):
    answer = desk("add", **({"introduction": "Gardée.", "note_1": "Gardée aussi."} | typed))

    shown = unescape(answer.text)
    assert answer.status_code == 422 and said in shown
    assert "Gardée aussi." in shown
    assert all(value in shown for value in typed.values())
    assert len(titles_of(draft)) == 3


def test_a_thread_that_an_animator_does_not_read_is_as_one_that_is_not_there(
    desk, claire, spaces, lucie
):
    secret = start_thread(claire, spaces[AUTHORITIES], title="Entre élus")
    missing = desk("add", address="/fils/99999/entre-elus/")
    hidden = desk("add", address=secret.get_absolute_url())
    assert hidden.status_code == missing.status_code == 422
    for answer in (hidden, missing):
        assert "Rien que vous lisez" in unescape(answer.text)

    break_glass(lucie, AUTHORITIES)
    assert desk("add", address=secret.get_absolute_url()).status_code == 422, "only to read"


def test_an_animator_neither_sees_nor_disturbs_what_another_added_of_their_college(
    desk, draft, claire, spaces, make_person, viewer_of
):
    of_authorities = make_person("Anne Élue", AUTHORITIES, is_animator=True)
    secret = start_thread(claire, spaces[AUTHORITIES], title="Entre élus")
    edit = IssueEdit(0, "Bonne lecture.", added=AddedItem(thread=secret))
    actions.edit_issue(draft, edit, viewer_of(of_authorities))

    assert "Entre élus" not in desk.page()
    last = item_of(draft, 2)
    desk(f"lower-{last.pk}")  # There is nothing below it that Lucie sees.
    desk(f"raise-{last.pk}", note_2="Une ligne.")
    assert titles_of(draft) == ["Le silo", "La régie", "Le réseau", "Entre élus"]
    desk(f"remove-{item_of(draft, 3).pk}")
    assert "Entre élus" in titles_of(draft)


def test_of_two_who_edit_at_once_the_second_sees_both_and_loses_nothing(
    desk, draft, lucie, make_person, viewer_of
):
    other = make_person("Bruno Second", SUPPORT, is_animator=True)
    form = desk.form()
    gone = item_of(draft, 1)
    edit = IssueEdit(0, "De Bruno.", notes={item_of(draft, 0).pk: "Sa ligne."}, removed=gone.pk)
    actions.edit_issue(draft, edit, viewer_of(other))

    typed = {"introduction": "De Lucie.", "note_0": "La mienne.", "note_1": "Du retiré."}
    answer = desk("publish-now", form=form, **typed)
    shown = unescape(answer.text)
    assert answer.status_code == 409
    for words in ("De Bruno.", "Sa ligne.", "Bruno Second", *typed.values()):
        assert words in shown, words
    draft.refresh_from_db()
    assert (draft.introduction, draft.published_at) == ("De Bruno.", None)

    assert desk("save", form=fields_of(answer.text)).status_code == 302
    draft.refresh_from_db()
    assert draft.introduction == "De Lucie."
    assert item_of(draft, 0).note == "La mienne."


def test_it_is_published_now_or_not_this_week_and_the_log_says_who(
    desk, draft, claire, browser_of
):
    home = browser_of(claire)
    NewsletterIssue.objects.update(published_at=draft.goes_out_at)
    desk("publish-never")
    draft.refresh_from_db()
    assert draft.published_at is None
    desk("publish-now", introduction="La voici.")
    assert "La voici." in text_of(home, "/")

    desk("publish-never", introduction="La voilà.")  # What is published is only corrected.
    assert "La voilà." in text_of(home, "/")
    assert [action for action, _reason in actions_logged()] == [
        LoggedAction.WITHHOLD_NEWSLETTER,
        LoggedAction.PUBLISH_NEWSLETTER,
        LoggedAction.EDIT_NEWSLETTER,
        LoggedAction.EDIT_NEWSLETTER,
    ]


@pytest.mark.deep
def test_an_issue_has_room_for_so_many_and_then_one_makes_room(desk, draft):
    for n in range(MAX_ITEMS - 3):
        desk("add", address=f"https://exemple.fr/{n}", words=f"Lien {n}")
    full = desk("add", address="https://exemple.fr/trop", words="De trop")
    assert full.status_code == 403
    assert "retirez-en un" in unescape(full.text) and "De trop" in full.text


def test_the_preview_is_what_each_college_will_see_of_what_one_reads(
    lucie, jeanne, sylvie_says, spaces, browser_of, claire, make_person
):
    public = start_thread(claire, spaces["public"], title="Au grand jour")
    network = start_thread(claire, spaces["network"], title="Entre membres")
    unread = start_thread(jeanne, spaces[PROJECTS], title="Entre porteurs")
    issue = issue_of((public, "Ma ligne."), network, sylvie_says, unread, "Un lien", ago=None)
    shown = {
        college: text_of(
            browser_of(lucie),
            reverse("preview-newsletter-issue", args=[issue.slug]) + f"?college={college}",
        )
        for college in (*COLLEGES, "")
    }
    for college, page in shown.items():
        assert "Au grand jour" in page and "Ma ligne." in page
        assert ("Entre membres" in page) == ("Un lien" in page) == bool(college)
        assert ("Bonne lecture." in page) == bool(college)
        assert ("Entre structures" in page) == (college == SUPPORT)
        assert "Entre porteurs" not in page, "Lucie does not read it"
    assert "LA SEMAINE DU RÉSEAU" in shown[SUPPORT]
    assert not NewsletterIssue.objects.published().exists()


@pytest.fixture
def sylvie_says(make_person, spaces):
    """A thread of the college that Lucie is of."""
    sylvie = make_person("Sylvie Vidal", SUPPORT)
    return start_thread(sylvie, spaces[SUPPORT], title="Entre structures")


def test_an_animator_begins_the_issue_of_this_week_once(lucie, browser_of, threads):
    browser = browser_of(lucie)
    assert "Commencer celle de cette semaine" in text_of(browser, reverse(ISSUES))
    for _press in range(2):
        answer = browser.post(reverse("start-newsletter-issue"))
        assert answer.status_code == 302
    issue = NewsletterIssue.objects.get()
    assert answer.url == edit_page(issue)
    assert set(titles_of(issue)) >= {"Le silo", "Le réseau", "La régie"}
    assert issue.published_at == issue.goes_out_at > timezone.now()
    assert "Commencer celle" not in text_of(browser, reverse(ISSUES))


def test_only_animators_edit_and_no_one_else_knows_of_a_draft(
    draft, claire, viewer_of, browser_of
):
    for browser in (browser_of(claire), browser_of(None)):
        for name in ("edit-newsletter-issue", "preview-newsletter-issue", "newsletter-issue"):
            assert browser.get(reverse(name, args=[draft.slug])).status_code == 404
    with pytest.raises(Refused):
        actions.edit_issue(draft, IssueEdit(0, "Non"), viewer_of(claire))
    with pytest.raises(Refused):
        actions.start_issue(viewer_of(claire))


def test_notes_on_a_thread_and_its_tools_are_empty_before_others_read_it(
    draft, desk, threads, jeanne, lucie, spaces, viewer_of, settings, tmp_path, client
):
    settings.MEDIA_ROOT = str(tmp_path)
    tool = create_tool(post_reply(jeanne, threads[0], "Un outil."), used_for="chiffrer")
    out = issue_of((tool, "Jeanne y dit son prix."), (threads[1], "Un mot."), weeks_ago=1)
    NewsletterItem.objects.filter(issue=draft, thread=threads[0]).update(note="Son prix.")
    form = desk.form()
    assert "Son prix." in form.values()
    move_thread(threads[0], viewer_of(lucie), spaces["public"])

    answer = text_of(client, out.get_absolute_url())
    assert tool.title in answer and "Jeanne y dit son prix." not in answer
    assert "Son prix." not in desk.form().values()
    assert desk(form=form).status_code == 409  # She began before.
    assert set(NewsletterItem.objects.values_list("note", flat=True)) == {"", "Un mot."}


def test_a_conflict_writes_nothing_at_all(draft, lucie, viewer_of):
    edit = IssueEdit(
        7, "Non", notes={item_of(draft, 0).pk: "Non"}, removed=item_of(draft, 1).pk
    )
    with pytest.raises(IssueConflict):
        actions.edit_issue(draft, edit, viewer_of(lucie))
    assert len(titles_of(draft)) == 3 and not item_of(draft, 0).note
