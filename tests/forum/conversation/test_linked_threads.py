"""Links between threads: who makes and removes them, and who hears of them."""

import pytest
from django.urls import reverse

from accounts.moderation_log.models import LoggedAction, ModerationLogEntry
from forum.base.rules import Refused
from forum.conversation.threads.links import actions
from forum.conversation.threads.links.actions import link_thread, unlink_thread
from forum.conversation.threads.links.models import LinkKind, ThreadLink
from forum.models import Thread
from forum.moderation.actions import lock_thread
from tests.factories import AUTHORITIES, PROJECTS, start_thread
from tests.forum.members.export_helpers import taken_along

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("charter", "topics")]
SEE_ALSO, ANSWERED_IN = LinkKind.SEE_ALSO, LinkKind.ANSWERED_IN


@pytest.fixture
def asked(claire, spaces):
    return start_thread(claire, spaces["public"], title="Quelle chaufferie ?", kind="question")


@pytest.fixture
def other(jeanne, spaces):
    return start_thread(
        jeanne, spaces["network"], title="La régie de Saint-Gilles", kind="experience"
    )


@pytest.fixture
def page_of(browser_of):
    """The page of a thread as a person reads it, its spaces plain."""

    def page_of(person, thread):
        text = browser_of(person).get(thread.get_absolute_url()).text
        return " ".join(text.replace("\u00a0", " ").split())

    return page_of


def links_url(thread):
    return reverse("thread-links", args=[thread.pk])


def add(browser, thread, address, kind=SEE_ALSO):
    return browser.post(links_url(thread), {"address": address, "kind": kind})


def test_who_may_reply_links_by_an_address_or_a_number_and_both_threads_say_so(
    asked, other, claire, jeanne, lucie, browser_of, page_of
):
    site = "http://testserver"
    typed = [str(other.pk), other.get_absolute_url(), site + other.get_absolute_url(),
             f"/fils/{other.pk}/?page=2#post-3"]  # fmt: skip
    for address in typed:
        assert add(browser_of(jeanne), asked, address).status_code == 302
        link = ThreadLink.objects.get()
        assert (link.thread, link.linked, link.made_by) == (asked, other, jeanne)
    for reader in (claire, jeanne, lucie):
        here, there = page_of(reader, asked), page_of(reader, other)
        assert "Voir aussi" in here and other.title in here
        assert "Cité par" in there and asked.title in there


def test_a_link_is_told_to_those_only_who_see_both_threads(
    asked, other, claire, jeanne, viewer_of, client, browser_of, page_of, spaces
):
    link = link_thread(asked, viewer_of(claire), other.pk, ANSWERED_IN)
    page = client.get(asked.get_absolute_url()).text
    for told in (other.title, "Fils liés", "La réponse est dans", "Voir aussi"):
        assert told not in page, "a guest does not read the other one"
    assert not ThreadLink.objects.visible_to(viewer_of(None)).exists()

    Thread.objects.filter(pk=other.pk).update(space=spaces[PROJECTS])
    assert "Fils liés" not in page_of(claire, asked)
    assert other.title not in browser_of(claire).get(links_url(asked)).text
    assert browser_of(claire).post(reverse("remove-link", args=[link.pk])).status_code == 404
    assert "Fils liés" in page_of(jeanne, asked), "she sees both"
    assert "Répond à" in page_of(jeanne, other)
    export = str(taken_along(claire)["thread_links"])
    assert "Quelle chaufferie" in export and other.title not in export


def test_a_thread_that_is_not_there_and_one_that_is_not_theirs_are_the_same(
    asked, claire, jeanne, browser_of, viewer_of, spaces
):
    hidden = start_thread(jeanne, spaces[PROJECTS], title="Entre porteurs seulement")
    answers = set()
    bad = str(hidden.pk), "999999", hidden.get_absolute_url(), "https://exemple.fr/fils/1/", "x"
    for address in (*bad, "9" * 30, "x" * 500):
        answer = add(browser_of(claire), asked, address)
        assert answer.status_code == 422 and address in answer.text
        assert "Aucun fil que vous lisez" in answer.text and hidden.title not in answer.text
        form = answer.text[answer.text.index('id="id_address_error') :]
        answers.add(form[: form.index("</")])
    assert len(answers) == 1
    assert "Donnez l’adresse" in add(browser_of(claire), asked, "").text
    own = add(browser_of(claire), asked, str(asked.pk))
    assert own.status_code == 422 and "C’est ce fil-ci" in own.text
    with pytest.raises(Thread.DoesNotExist):
        link_thread(asked, viewer_of(claire), hidden.pk, SEE_ALSO)
    assert not ThreadLink.objects.exists()


def test_who_asked_and_animators_say_where_a_question_is_answered(
    asked, other, claire, jeanne, lucie, viewer_of, browser_of, page_of
):
    form = browser_of(jeanne).get(links_url(asked)).text
    assert "La réponse est dans" not in form
    assert add(browser_of(jeanne), asked, str(other.pk), ANSWERED_IN).status_code == 422
    with pytest.raises(Refused, match="C’est à qui a posé la question"):
        link_thread(asked, viewer_of(jeanne), other.pk, ANSWERED_IN)
    with pytest.raises(Refused):
        link_thread(other, viewer_of(jeanne), asked.pk, ANSWERED_IN)  # It is no question.
    link_thread(asked, viewer_of(jeanne), other.pk, SEE_ALSO)
    add(browser_of(claire), asked, str(other.pk), ANSWERED_IN)
    assert ThreadLink.objects.get().kind == ANSWERED_IN
    assert page_of(jeanne, asked).count("La réponse est dans") == 2, "at the head, and beside"
    with pytest.raises(Refused):
        link_thread(asked, viewer_of(jeanne), other.pk, SEE_ALSO)
    assert not ModerationLogEntry.objects.exists()
    link_thread(asked, viewer_of(lucie), other.pk, SEE_ALSO)
    entry = ModerationLogEntry.objects.get(action=LoggedAction.LINK_THREAD)
    assert (entry.actor, entry.person, entry.thread_id) == (lucie, claire, asked.pk)


def test_who_made_it_who_keeps_one_of_the_threads_and_animators_remove_it(
    asked, other, claire, jeanne, lucie, make_person, viewer_of, browser_of
):
    paul = make_person("Paul Autre", AUTHORITIES)
    for remover in (paul, claire, jeanne, lucie):
        link = link_thread(asked, viewer_of(paul), other.pk, SEE_ALSO)
        stranger = make_person(f"Zoé {link.pk}", AUTHORITIES)
        button = reverse("remove-link", args=[link.pk])
        assert button not in browser_of(stranger).get(links_url(asked)).text
        with pytest.raises(Refused, match="pas à vous"):
            unlink_thread(link, viewer_of(stranger))
        assert button in browser_of(remover).get(links_url(asked)).text
        assert browser_of(remover).post(button).status_code == 302
        assert not ThreadLink.objects.exists()
    entry = ModerationLogEntry.objects.get(action=LoggedAction.UNLINK_THREAD)
    assert entry.actor == lucie


def test_who_may_not_reply_does_not_link_and_there_is_an_end_of_links(
    asked, other, claire, lucie, make_person, viewer_of, browser_of, client, monkeypatch
):
    assert "next" in client.get(links_url(asked)).url
    assert browser_of(make_person("Inscrite")).get(links_url(asked)).status_code == 403
    monkeypatch.setattr(actions, "MAX_LINKS", 0)
    answer = add(browser_of(claire), asked, str(other.pk))
    assert answer.status_code == 422 and "déjà vingt liens" in answer.text
    monkeypatch.undo()
    lock_thread(asked, viewer_of(lucie), True)
    assert browser_of(claire).get(links_url(asked)).status_code == 403
    with pytest.raises(Refused):
        link_thread(asked, viewer_of(claire), other.pk, SEE_ALSO)
    link_thread(asked, viewer_of(lucie), other.pk, SEE_ALSO)


def test_a_similar_thread_is_one_press_away(asked, other, claire, browser_of):
    url = reverse("similar-threads", args=[asked.pk])
    page = browser_of(claire).get(url)
    link = f"{links_url(asked)}?fil={other.pk}"
    assert link in page.text
    assert link not in browser_of(claire).get(url + "?part=list").text
    assert f'value="{other.pk}"' in browser_of(claire).get(link).text


def test_a_title_is_taken_for_nothing_but_a_title(asked, other, jeanne, browser_of, page_of):
    """Whatever signs are in it, as older rows and imported mails may have them."""
    add(browser_of(jeanne), other, str(asked.pk))
    title = "Vraie\x1f réponse\x1eanswered_in\x1f1\x1fCliquez ici"
    Thread.objects.filter(pk=other.pk).update(title=title)

    page = page_of(jeanne, asked)
    assert "Cité par" in page and "Répond à" not in page
    assert page.count("Cliquez ici") == 1


def test_a_title_that_is_typed_has_no_control_characters(asked, claire, browser_of):
    browser = browser_of(claire)
    title = "Quelle\x1f chaufferie\x1e\u2028pour\x7f nous ?"
    sent = {"title": title, "topic": asked.topic.slug, "kind": "question", "version": 1}
    assert browser.post(reverse("edit-thread", args=[asked.pk]), sent).status_code == 302

    asked.refresh_from_db()
    assert asked.title == "Quelle chaufferie pour nous ?"
