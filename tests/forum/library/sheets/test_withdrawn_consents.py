"""An author takes back their word for a public version, whatever was decided about them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.viewers.viewers import GUEST
from forum.base.rules import Refused
from forum.conversation.inbox.queries import notifications_of
from forum.library.sheets.actions import save_published
from forum.library.sheets.public_versions.actions import (
    ConsentValues,
    answer_public_version,
    propose_public_version,
    withdraw_consent,
)
from forum.library.sheets.public_versions.models import PublicVersion, VersionEnd
from forum.moderation.actions import hide_post, restore_post
from forum.moderation.measures.models import Measure, ModerationReason
from tests.forum.library.sheets.public_helpers import (
    PROPOSAL,
    YES,
    make_public,
    page_of,
    with_author,
)
from tests.forum.library.sheets.sheet_helpers import TITLE, publish, values

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast_scene", "files_folder")]


@pytest.fixture
def shared(draft, claire, jeanne, spaces, viewer_of):
    """A sheet of Claire's and Jeanne's, for the members of the network."""
    return publish(with_author(draft, claire, jeanne), viewer_of(claire), spaces["network"])


@pytest.fixture
def public(shared, claire, jeanne):
    """It public, by the word of both."""
    return make_public(shared, claire, jeanne)


@pytest.fixture
def suspended(jeanne):
    """Jeanne, suspended without end."""
    jeanne.suspended_at = timezone.now()
    jeanne.save()
    return jeanne


def is_public():
    return PublicVersion.objects.visible_to(GUEST).exists()


def place_of(version):
    return reverse("withdraw-public-sheet", args=[version.pk])


def test_who_is_suspended_is_led_there_from_the_decision_and_withdraws(
    public, suspended, claire, lucie, viewer_of, browser_of
):
    reason = ModerationReason.objects.create(slug="insultes", name="Insultes", reference="1")
    measure = Measure.objects.create(
        kind="suspend", person=suspended, reason=reason, facts="Vif.", taken_by=lucie
    )
    browser, place = browser_of(suspended), place_of(public)
    for page in reverse("own-moderation"), measure.get_absolute_url():
        assert f'href="{place}"' in browser.get(page).text
    assert TITLE in browser.get(place).text

    answer = browser.post(place, follow=True)
    assert "n’est plus publique nulle part" in answer.text and place not in answer.text
    assert not is_public() and page_of(browser_of(None), public).status_code == 404
    public.refresh_from_db()
    assert public.end == VersionEnd.WITHDRAWN
    assert any("retiré" in one.text for one in notifications_of(claire, viewer_of(claire)))


def test_a_suspended_author_says_nothing_else(public, suspended, viewer_of, browser_of):
    address = reverse("public-sheet-consent", args=[public.pk])
    assert browser_of(suspended).get(address).status_code == 403
    for said in YES, ConsentValues("no", remark="Un mot."):
        with pytest.raises(Refused):
            answer_public_version(public.pk, viewer_of(suspended), said)
    assert is_public()


def test_a_yes_to_what_still_waits_is_taken_back_too(
    shared, claire, suspended, viewer_of, browser_of
):
    version = propose_public_version(shared.thread_id, viewer_of(claire), PROPOSAL)
    version.consents.filter(person=suspended).update(answer="yes", shown_name="none")
    answer = browser_of(suspended).post(place_of(version), follow=True)
    assert "ne deviendra pas publique" in answer.text

    answer_public_version(version.pk, viewer_of(claire), YES)
    assert not is_public()
    assert version.consents.get(person=suspended).shown_name == "none"


def test_what_is_out_of_sight_for_a_time_does_not_come_back(
    public, suspended, lucie, viewer_of
):
    post = public.sheet.thread.posts.get(number=1)
    hide_post(post, viewer_of(lucie), "Un motif.")
    withdraw_consent(public.pk, viewer_of(suspended))
    restore_post(post, viewer_of(lucie))

    assert not is_public()


def test_it_is_there_for_who_said_yes_and_for_nobody_else(
    public, claire, jeanne, people, browser_of, viewer_of
):
    place = place_of(public)
    for role, person in vars(people).items():
        expected = 200 if person in (claire, jeanne) else 302 if person is None else 404
        assert browser_of(person).get(place).status_code == expected, role
    with pytest.raises(PublicVersion.DoesNotExist):
        withdraw_consent(public.pk, viewer_of(people.animator))
    browser = browser_of(claire)
    assert browser.post(place).status_code == 302
    assert browser.post(place).status_code == 302  # Pressed twice.
    assert browser.get(place).status_code == 404


def test_who_is_silenced_withdraws_on_the_usual_page_with_what_they_had_remarked(
    public, jeanne, viewer_of, browser_of
):
    answer_public_version(public.pk, viewer_of(jeanne), YES._replace(remark="Bien relu."))
    jeanne.silenced_until = timezone.now() + timedelta(days=1)
    jeanne.save()
    browser, address = browser_of(jeanne), reverse("public-sheet-consent", args=[public.pk])
    assert "Bien relu." in browser.get(address).text
    assert place_of(public) in browser.get(reverse("own-moderation")).text
    sent = {"no": "1", "shown_name": "name", "remark": "Autre chose."}
    assert browser.post(address, sent).status_code == 403 and is_public()

    assert browser.post(address, sent | {"remark": "Bien relu."}).status_code == 302
    assert not is_public()


def test_each_author_sees_what_they_may_want_out_and_is_led_to_correct_it(
    draft, place, topics, claire, jeanne, people, spaces, viewer_of, browser_of
):
    actor = viewer_of(claire)
    sheet = publish(with_author(draft, claire, jeanne), actor, spaces["network"])
    words = {"results": "Vendue 45 €/MWh.", "contacts": "Odile, 02 96 12 34 56"}
    save_published(sheet, actor, values(place, topics[0], **words), sheet.version)
    browser = browser_of(claire)
    propose = reverse("propose-public-sheet", args=[sheet.thread_id])
    edit = reverse("edit-sheet", args=[sheet.thread_id])
    page = browser.get(propose).text
    assert "45 €/MWh" in page and "02 96 12 34 56" not in page and f'href="{edit}"' in page
    sent = {"summary": "Appelez le 02 96 98 76 54.", "licence": "", "with_contacts": "1"}
    page = browser.post(propose, sent).text
    assert "02 96 98 76 54</b>" in page and "02 96 12 34 56</b>" in page

    version = propose_public_version(sheet.thread_id, actor, PROPOSAL)
    consent = reverse("public-sheet-consent", args=[version.pk])
    page = browser_of(jeanne).get(consent).text
    assert "45 €/MWh</b>" in page and "02 96 12 34 56" not in page
    assert f'href="{edit}"' in page and f'href="{propose}"' in page
    assert "en citant leur source et leur date" in page
    page = browser_of(people.animator).get(consent).text
    assert "45 €/MWh</b>" in page and f'href="{edit}"' not in page
