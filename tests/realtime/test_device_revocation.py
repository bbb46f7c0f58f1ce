"""What one ends or takes off on one device closes or changes the open pages of the others."""

import pytest
from allauth.mfa.models import Authenticator
from channels.db import database_sync_to_async as in_db
from django.urls import reverse

from accounts.viewers.viewers import viewer_of_person
from realtime import limits
from tests.factories import post_reply
from tests.realtime.conftest import run_reconcile

pytestmark = pytest.mark.django_db(transaction=True)


def end_others(browser, places):
    return browser.post(reverse("end-other-devices"))


def end_one(browser, places):
    (other,) = [place for place in places if not place.is_current]
    return browser.post(reverse("end-device", args=[other.number]))


@pytest.mark.parametrize("end", [end_others, end_one])
@pytest.mark.parametrize("how", ["at the next poke", "at the sweep"])
async def test_a_session_ended_elsewhere_hears_not_a_word_more(
    end, how, open_thread, thread, claire, lucie, browser_of
):
    page = await open_thread(thread, claire)
    await page.next_update()
    browser = await in_db(browser_of)(claire)
    places = (await in_db(browser.get)(reverse("devices"))).context["devices"]
    assert len(places) == 2

    assert (await in_db(end)(browser, places)).status_code == 302
    if how == "at the next poke":
        await in_db(post_reply)(lucie, thread, "Ceci ne la regarde plus")
    else:
        await run_reconcile()

    assert await page.code() in (limits.NOT_FOUND, limits.RELOAD)


async def test_an_animator_who_takes_the_second_factor_off_reads_on_as_a_member(
    open_thread, thread, lucie, claire
):
    page = await open_thread(thread, lucie)
    await page.next_update()
    await in_db(Authenticator.objects.filter(user=lucie).delete)()
    await in_db(post_reply)(claire, thread, "Pour tous les membres")

    assert "post-2" in (await page.next_update())["elements"]
    assert not (await in_db(viewer_of_person)(lucie)).is_animator
