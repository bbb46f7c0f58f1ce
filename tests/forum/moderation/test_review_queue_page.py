"""The animators' desk: filters, claims, pages, and as many queries whatever waits."""

import re

import pytest
from django.urls import get_resolver, reverse

from accounts.review_queue.models import ReviewClaim
from forum.base.markup import quote
from tests.factories import AUTHORITIES, post_reply, start_thread
from tests.forum.moderation.report_helpers import reported
from tests.forum.test_query_counts import Counted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("topics")]


@pytest.fixture
def seat(make_person):
    """A seat that waits."""
    return make_person("Mona Patiente", AUTHORITIES, confirmed=False).seats.get()


@pytest.fixture
def report(claire, jeanne, spaces, viewer_of):
    """A report that waits."""
    post = start_thread(claire, spaces["public"]).posts.get()
    return reported(viewer_of(jeanne), post.get_absolute_url())


def titles(client, **query):
    """The titles on the desk."""
    rows = client.get(reverse("review-queue"), query).context["rows"]
    return [item.title for _source, item, _claim in rows]


def test_the_desk_shows_all_or_one_kind_and_the_header_leads_there(
    seat, report, lucie, browser_of
):
    desk = browser_of(lucie)
    home = desk.get("/")
    assert f'href="{reverse("review-queue")}"' in home.text
    assert home.context["menu"].decisions == 2
    both = ["Message : Manquement à la charte", "Mona Patiente"]
    assert titles(desk) == both  # A report comes before what waits longer.
    assert titles(desk, file="signalements") == both[:1]
    assert titles(desk, file="sieges") == both[1:]
    assert titles(desk, file="rien") == both


def test_every_page_of_animators_is_reached_from_the_settings(lucie, browser_of):
    desk, forms = browser_of(lucie), get_resolver().reverse_dict
    addresses = [
        "/" + address
        for name in filter(lambda key: isinstance(key, str), forms)
        for address, parameters in forms[name][0]
        if address.startswith("animation/") and not parameters
    ]
    pages = {address for address in addresses if desk.get(address).status_code == 200}
    reached, waiting = set(), {reverse("animator-settings")}
    while waiting:
        address = waiting.pop()
        reached.add(address)
        page = desk.get(address).text
        waiting |= {other for other in pages - reached if f'href="{other}"' in page}
    assert len(pages) > 10 and pages - reached == set()


def test_a_press_claims_an_item_and_another_gives_it_back(seat, lucie, make_person, browser_of):
    desk, item = browser_of(lucie), {"item": f"sieges-{seat.pk}"}
    answer = desk.post(reverse("claim-item") + "?file=sieges", item)
    assert answer.url == f"{reverse('review-queue')}?file=sieges#sieges-{seat.pk}"
    assert f'id="sieges-{seat.pk}"' in desk.get(answer.url).text
    other = browser_of(make_person("Autre Animatrice", AUTHORITIES, is_animator=True))
    assert f"{lucie.full_name} s’en occupe" in " ".join(
        other.get(reverse("review-queue")).text.split()
    )
    answer = other.post(reverse("claim-item"), item, follow=True)
    assert f"{lucie.full_name} s’en occupe" in answer.text
    desk.post(reverse("release-item"), item)
    assert not ReviewClaim.objects.exists()


def test_each_row_has_its_decision_beside_it(seat, report, lucie, browser_of):
    page = browser_of(lucie).get(reverse("review-queue"))
    for (source, item, _claim), word in zip(
        page.context["rows"], ("Lire et décider", "Vérifier"), strict=True
    ):
        button = rf'<a class="button small" href="{re.escape(item.url)}">\s*{word}<'
        assert source.action_label == word and re.search(button, page.text)


def test_what_is_decided_or_names_nothing_is_not_claimed(lucie, claire, seat, browser_of):
    desk = browser_of(lucie)
    answer = desk.post(reverse("claim-item"), {"item": "sieges-987654"}, follow=True)
    assert "déjà décidé" in answer.text
    for named in ("", "sieges-", "rien-1", "sieges-x", f"sieges-{2**63}"):
        assert desk.post(reverse("claim-item"), {"item": named}).status_code == 404
    item = {"item": f"sieges-{seat.pk}"}
    assert browser_of(claire).post(reverse("claim-item"), item).status_code == 404
    assert not ReviewClaim.objects.exists()


def test_the_desk_costs_the_same_whatever_waits(
    seat, report, lucie, jeanne, claire, spaces, make_person, viewer_of, browser_of
):
    desk, address = browser_of(lucie), reverse("review-queue")
    desk.get(address)
    with Counted() as few:
        desk.get(address)
    for n in range(3):
        make_person(f"Suivante {n}", AUTHORITIES, confirmed=False)
        post = start_thread(claire, spaces["public"]).posts.get()
        reported(viewer_of(jeanne), post.get_absolute_url())
    desk.get(address)  # The menu is read anew when threads are started.
    with Counted() as many:
        assert len(desk.get(address).context["rows"]) == 8
    assert few.number == many.number <= 12


def test_a_report_shows_what_its_author_wrote_and_not_what_they_quote(
    claire, jeanne, lucie, spaces, viewer_of, browser_of
):
    thread = start_thread(claire, spaces["public"], title="Quelle chaudière ?")
    first = thread.posts.get()
    quotation = quote(
        "Trois **devis** suffisent.", claire.full_name, 1, f"/messages/{first.pk}/"
    )
    post = post_reply(jeanne, thread, f"{quotation}Ces devis *mentent*.")
    report = reported(viewer_of(claire), reverse("post", args=[post.pk]))
    desk, queue = browser_of(lucie), reverse("review-queue")

    ((_source, item, _claim),) = desk.get(queue).context["rows"]
    assert item.detail == "Ces devis mentent."
    assert item.place == [jeanne.full_name, "Quelle chaudière ?"]
    form = reverse("report") + f"?adresse=/messages/{post.pk}/"
    for page in (browser_of(claire).get(form), desk.get(report.get_absolute_url())):
        assert page.context["words"] == "Ces devis mentent."
        assert "&gt; **" not in page.text and "Quelle chaudière\u202f?" in page.text
        assert jeanne.full_name in page.text and f'href="/messages/{post.pk}/"' in page.text
    assert "Trois devis suffisent." in desk.get(report.get_absolute_url()).text  # Folded.


def test_a_report_of_a_quotation_alone_shows_the_quotation(
    claire, lucie, spaces, browser_of, viewer_of
):
    post = start_thread(claire, spaces["public"], text="> Un mot d’ailleurs.").posts.get()
    reported(viewer_of(claire), reverse("post", args=[post.pk]))
    ((_source, item, _claim),) = browser_of(lucie).get(reverse("review-queue")).context["rows"]
    assert item.detail == "Un mot d’ailleurs."


def test_of_a_private_room_the_desk_names_neither_author_nor_thread(
    claire, lucie, spaces, browser_of, viewer_of
):
    thread = start_thread(claire, spaces[AUTHORITIES], title="Secret du collège")
    reported(viewer_of(claire), thread.get_absolute_url())
    page = browser_of(lucie).get(reverse("review-queue"))
    assert not page.context["rows"][0][1].place
    assert "Secret" not in page.text and claire.full_name not in page.text
