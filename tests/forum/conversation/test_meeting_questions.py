"""What who registers for a meeting is asked: three questions at most, and who reads them."""

import pytest
from django.urls import reverse

from accounts.closing.actions import ask_to_close
from accounts.viewers.viewers import viewer_of_person
from forum.base.rules import Refused
from forum.conversation.meetings import actions
from forum.conversation.meetings.models import Meeting, Question, Registration
from forum.members.closing.tasks import close_due_accounts
from tests.factories import SUPPORT, start_thread
from tests.factories import move_thread as move_with_all
from tests.forum.conversation.meeting_helpers import (
    add_meeting,
    card,
    meeting_values,
    page_of,
)
from tests.forum.members.export_helpers import taken_along

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]
MEAL, DIET = Question("Déjeunez-vous sur place ?", True), Question("Un régime ?")
SENT = {"answer_0": "yes", "answer_1": "Sans noix"}


@pytest.fixture
def thread(claire, spaces):
    return start_thread(claire, spaces["network"], title="Visite de la chaufferie")


@pytest.fixture
def meeting(thread, claire):
    return add_meeting(thread, claire, questions=(MEAL, DIET))


def url_of(meeting):
    return reverse("register-for-meeting", args=[meeting.pk])


def test_who_keeps_the_thread_asks_up_to_three_and_changes_them_without_telling_anybody(
    thread, claire, browser_of
):
    form = {"day": "2027-03-04", "start": "14:00", "end": "16:00", "place": "Mairie"}
    form |= {"time_zone": "Europe/Paris"}
    asked = {"question_1": DIET.text, "question_3": MEAL.text, "yes_no_3": "on"}
    add = reverse("add-meeting", args=[thread.pk])
    answer = browser_of(claire).post(add, form | {"question_2": "x" * 121})
    assert answer.status_code == 422 and "121" in answer.text
    assert "<details open>" in answer.text
    browser_of(claire).post(add, form | asked)
    meeting = Meeting.objects.get()
    assert meeting.asked == (DIET, MEAL)
    edit = reverse("edit-meeting", args=[meeting.pk])
    page = browser_of(claire).get(edit).text
    assert f'value="{DIET.text}"' in page and "<details open>" in page
    browser_of(claire).post(edit, form | {"question_1": "Venez-vous en train ?"})
    meeting.refresh_from_db()
    assert meeting.asked == (Question("Venez-vous en train ?"),)
    assert (meeting.sequence, meeting.changed_at) == (0, None)


def test_one_answers_as_one_registers_and_what_is_missing_is_said_beside_its_field(
    thread, meeting, jeanne, browser_of, client
):
    browser = browser_of(jeanne)
    assert (
        f'href="{meeting.get_absolute_url()}#registration"'
        in browser.get(thread.get_absolute_url()).text
    )
    assert MEAL.text in page_of(browser, meeting)
    assert MEAL.text not in card(browser, thread)
    answer = browser.post(url_of(meeting), SENT | {"answer_0": ""})
    assert answer.status_code == 422 and 'value="Sans noix"' in answer.text
    assert "Choisissez l’une des réponses proposées." in answer.text
    assert not Registration.objects.exists()
    answer = browser.post(url_of(meeting), SENT, follow=True)
    assert "Votre inscription est faite." in answer.text
    assert Registration.objects.get().shown_answers == [
        (MEAL.text, "Oui"), (DIET.text, "Sans noix")
    ]  # fmt: skip
    assert client.post(url_of(meeting), SENT).status_code == 404


def test_answers_are_read_by_who_keeps_the_meeting_and_the_person_alone(
    meeting, claire, jeanne, lucie, make_person, browser_of
):
    browser_of(jeanne).post(url_of(meeting), SENT)
    nora = make_person("Nora Pons", SUPPORT)
    for person, is_shown in (claire, 1), (lucie, 1), (jeanne, 1), (nora, 0), (None, 0):
        page = browser_of(person).get(meeting.get_absolute_url()).text
        assert ("Sans noix" in page) == bool(is_shown)


def test_answers_to_other_questions_than_todays_are_refused(meeting, claire, jeanne):
    answers = [(MEAL, "yes"), (DIET, "Sans noix")]
    values = meeting_values(questions=(DIET,))
    actions.edit_meeting(meeting, viewer_of_person(claire), values)
    for wrong in answers, []:
        with pytest.raises(Refused, match="Les questions ont changé"):
            actions.register(meeting, viewer_of_person(jeanne), wrong)
    actions.register(meeting, viewer_of_person(jeanne), answers[1:])


def test_answers_are_taken_along_and_go_with_the_registration_and_the_account(
    meeting, claire, jeanne, make_person, browser_of
):
    nora = make_person("Nora Pons", SUPPORT)
    for person in jeanne, nora:
        browser_of(person).post(url_of(meeting), SENT)
    (own,) = taken_along(jeanne)["meeting_registrations"]
    assert own["answers"] == [[*MEAL, "yes"], [*DIET, "Sans noix"]] and own["organisation"]
    assert taken_along(claire)["meetings"][0]["questions"] == [[*MEAL], [*DIET]]
    actions.withdraw(meeting, viewer_of_person(jeanne))
    ask_to_close(nora, days=0)
    close_due_accounts.call()
    assert not Registration.objects.exists()


def test_before_more_readers_the_questions_of_another_than_who_opened_the_thread_are_emptied(
    thread, claire, lucie, spaces
):
    values = {"place": "", "questions": (DIET,)}
    own = add_meeting(thread, claire, days=5, **values)
    other = add_meeting(thread, lucie, days=6, **values)
    move_with_all(thread, viewer_of_person(lucie), spaces["public"])
    asked = {it.pk: it.asked for it in Meeting.objects.all()}
    assert asked == {own.pk: (DIET,), other.pk: ()}


def test_an_animator_who_changes_the_questions_alone_is_who_set_it_since(
    meeting, claire, lucie
):
    values = meeting_values(questions=(DIET,))
    actions.edit_meeting(meeting, viewer_of_person(lucie), values)
    meeting.refresh_from_db()
    assert meeting.author == lucie
