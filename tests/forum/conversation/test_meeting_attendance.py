"""The attendance sheet of a meeting: printed, signed, ticked; and one’s certificate."""

from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from pypdf import PdfReader

from forum.conversation.meetings.attendance import views as attendance_views
from forum.conversation.meetings.models import Meeting, Question, Registration
from tests.factories import start_thread
from tests.forum.conversation.meeting_helpers import (
    add_meeting,
    create_meeting,
    meeting_values,
    page_of,
    register,
)
from tests.forum.conversation.poll_helpers import words
from tests.forum.members.export_helpers import taken_along

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("charter", "topics")]


@pytest.fixture
def thread(claire, spaces):
    return start_thread(claire, spaces["network"], title="Visite de la chaufferie")


@pytest.fixture
def meeting(thread, claire, jeanne, lucie):
    """Jeanne has the one place, Lucie waits for it."""
    meeting = add_meeting(thread, claire, max_people=1)
    register(meeting, jeanne, lucie)
    return meeting


def plain(text):
    return " ".join(text.split())


def sheet_of(meeting):
    return reverse("attendance-sheet", args=[meeting.pk])


def begin(meeting):
    """The meeting began yesterday."""
    values = meeting_values(-1)
    times = {"starts_at": values.starts_at, "ends_at": values.ends_at}
    Meeting.objects.filter(pk=meeting.pk).update(**times)


def certificate(browser, meeting):
    return browser.get(reverse("attendance-certificate", args=[meeting.pk]))


def test_who_keeps_it_prints_who_has_a_place_with_organisations_and_answers(
    thread, claire, jeanne, lucie, browser_of
):
    asked = Question("Déjeunez-vous ?", True)
    meeting = add_meeting(thread, claire, questions=(asked,))
    register_url = reverse("register-for-meeting", args=[meeting.pk])
    browser_of(jeanne).post(register_url, {"answer_0": "no"})
    assert sheet_of(meeting) in browser_of(claire).get(meeting.get_absolute_url()).text
    said = words(browser_of(claire).get(sheet_of(meeting)).text.split("<main")[1])
    organisation = jeanne.seats.get().organisation.name
    assert f"Jeanne Brunel {plain(organisation)}" in said and asked.text in said
    assert said.index("Jeanne") < said.index("Non")
    assert browser_of(lucie).get(sheet_of(meeting)).status_code == 200


def test_others_are_given_neither_the_sheet_nor_ticks(meeting, jeanne, browser_of, client):
    assert browser_of(jeanne).get(sheet_of(meeting)).status_code == 403
    assert browser_of(jeanne).post(sheet_of(meeting)).status_code == 403
    assert "next" in client.get(sheet_of(meeting)).url


def test_presence_is_ticked_once_it_has_begun_and_unticked(
    meeting, claire, jeanne, lucie, browser_of
):
    own, waiting = (Registration.objects.get(person=it) for it in (jeanne, lucie))
    sent = {"present": [own.pk]}
    answer = browser_of(claire).post(sheet_of(meeting), sent)
    assert answer.status_code == 403 and "une fois la rencontre commencée" in answer.text
    begin(meeting)
    answer = browser_of(claire).post(sheet_of(meeting), sent, follow=True)
    assert "Les présences sont notées." in answer.text and "checked" in answer.text
    own.refresh_from_db()
    noted_at = own.attended_at
    browser_of(claire).post(sheet_of(meeting), sent)
    own.refresh_from_db()
    assert noted_at and own.attended_at == noted_at
    for wrong in waiting.pk, "x", 10**20:
        answer = browser_of(claire).post(sheet_of(meeting), {"present": [wrong]})
        assert answer.status_code == 422
    browser_of(claire).post(sheet_of(meeting), {})
    own.refresh_from_db()
    assert own.attended_at is None


def test_who_keeps_the_thread_reads_no_names_that_another_was_promised_to_see(
    thread, claire, lucie, jeanne, browser_of
):
    meeting = add_meeting(thread, lucie)
    register(meeting, jeanne)
    answer = browser_of(claire).get(sheet_of(meeting))
    assert answer.status_code == 403 and "qui a prévu la rencontre" in answer.text
    assert "Jeanne" in browser_of(lucie).get(sheet_of(meeting)).text


def test_ticks_of_people_whom_the_sheet_does_not_list_stay(
    thread, claire, jeanne, lucie, browser_of, monkeypatch
):
    meeting = add_meeting(thread, claire)
    register(meeting, jeanne, lucie)
    begin(meeting)
    Registration.objects.update(attended_at=timezone.now())
    monkeypatch.setattr(attendance_views, "MAX_NAMES", 1)
    browser_of(claire).post(sheet_of(meeting), {})
    came = Registration.objects.filter(attended_at__isnull=False)
    assert [it.person for it in came] == [lucie]


def test_who_came_has_a_certificate_and_nobody_else(
    meeting, claire, jeanne, lucie, browser_of, client
):
    begin(meeting)
    browser = browser_of(jeanne)
    assert certificate(browser, meeting).status_code == 404
    own = Registration.objects.get(person=jeanne)
    browser_of(claire).post(sheet_of(meeting), {"present": [own.pk]})
    assert "Mon attestation de présence" in page_of(browser, meeting)
    pdf = PdfReader(BytesIO(certificate(browser, meeting).content))
    text = plain(pdf.pages[0].extract_text())
    for word in "Jeanne Brunel", "Visite de la chaufferie", own.seat.organisation.name:
        assert plain(word) in text
    for person in claire, lucie:
        assert certificate(browser_of(person), meeting).status_code == 404
    assert taken_along(jeanne)["meeting_registrations"][0]["attended_at"]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", ["Attestation de présence", "A participé à cette rencontre :", "Fait le"]),
        ("en", ["Certificate of attendance", "Took part in this meeting:", "Salle des fêtes"]),
    ],
)
def test_a_certificate_is_in_the_language_of_who_reads_it_with_day_and_place(
    meeting, jeanne, browser_of, language, said
):
    begin(meeting)
    Registration.objects.filter(person=jeanne).update(attended_at=timezone.now())
    browser = browser_of(jeanne)
    browser.cookies["django_language"] = language
    pdf = PdfReader(BytesIO(certificate(browser, meeting).content))
    text = plain(pdf.pages[0].extract_text())
    meeting.refresh_from_db()
    with translation.override(language):
        said = [*said, plain(meeting.when), meeting.place]
    assert [it for it in said if it not in text] == []


def test_a_meeting_without_anybody_has_an_empty_sheet(thread, claire, browser_of):
    meeting = create_meeting(thread)
    assert "Personne n’a encore de place." in browser_of(claire).get(sheet_of(meeting)).text
