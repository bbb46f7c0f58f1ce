"""Animators give spaces addresses, and say which archive's list they take over."""

import re
from html import unescape

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts.moderation_log.models import ModerationLogEntry
from forum.site.space_settings import forms
from forum.site.space_settings.actions import save_space_settings
from tests.factories import AUTHORITIES
from tests.forum.mail.mail_archives.helpers import import_mails, mail

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("charter", "topics")]
LIST = "echanges@listes.exemple.fr"
PAGE = "space-settings"


@pytest.fixture
def send(lucie, spaces, browser_of):
    """``send(**addresses)`` sends the form with these; gives the answer."""
    browser = browser_of(lucie)
    slugs = [it.space.slug for it in browser.get(reverse(PAGE)).context["form"].by_space()]

    def send(**addresses):
        given = {f"{spaces[name].slug}.address": it for name, it in addresses.items()}
        return browser.post(reverse(PAGE), dict.fromkeys(slugs, "full") | given)

    return send


def address_of(space):
    space.refresh_from_db()
    return space.mail_address


def test_an_animator_gives_a_space_an_address_and_takes_it_away(send, spaces):
    assert send(network=LIST.upper()).status_code == 302
    assert address_of(spaces["network"]) == LIST
    entry = ModerationLogEntry.objects.latest("pk")
    assert (entry.action, entry.reason) == ("set_mail_address", spaces["network"].name)

    send()
    assert address_of(spaces["network"]) == ""


def test_two_spaces_exchange_theirs(send, spaces):
    send(network="a@exemple.fr", public="b@exemple.fr")
    send(network="b@exemple.fr", public="a@exemple.fr")

    assert address_of(spaces["network"]) == "b@exemple.fr"
    assert address_of(spaces["public"]) == "a@exemple.fr"


def test_an_address_is_one_spaces_and_not_the_sites(send, spaces, settings):
    settings.FORUM_REPLY_ADDRESS = "reponse@forum.example.org"
    call_command("set_mail_address", spaces[AUTHORITIES].slug, LIST)
    for given, words in (
        ({"network": LIST}, "d’un autre espace"),
        ({"network": "a@exemple.fr", "public": "A@exemple.fr"}, "d’un autre espace"),
        ({"network": "Reponse+bois@forum.example.org"}, "celle du site"),
        ({"network": "pas une adresse"}, "adresse"),
    ):
        page = send(**given)
        assert page.status_code == 422 and words in page.text, given
        assert f'value="{given["network"]}"' in page.text
    assert address_of(spaces["network"]) == ""


def test_whoever_was_a_moment_earlier_has_it(send, spaces, monkeypatch):
    call_command("set_mail_address", spaces[AUTHORITIES].slug, LIST)
    monkeypatch.setattr(forms, "taken_addresses", lambda _given, but: set())

    page = send(network=LIST)
    assert page.status_code == 422 and "d’un autre espace" in page.text
    assert address_of(spaces["network"]) == ""


def test_nobody_else_sets_it_nor_an_animator_where_they_do_not_write(
    claire, lucie, spaces, viewer_of
):
    with pytest.raises(PermissionDenied):
        save_space_settings(viewer_of(claire), {}, {spaces["network"].slug: LIST})
    save_space_settings(viewer_of(lucie), {}, {spaces[AUTHORITIES].slug: LIST})

    assert {address_of(space) for space in spaces.values()} == {""}


def test_an_address_can_be_proposed_and_is_not_kept_before_it_is_sent(
    lucie, spaces, browser_of
):
    address = f"{reverse(PAGE)}?espace={spaces['network'].slug}&adresse={LIST}"

    assert f'value="{LIST}"' in browser_of(lucie).get(address).text
    assert address_of(spaces["network"]) == ""


def test_the_command_gives_any_space_an_address(spaces, settings):
    call_command("set_mail_address", spaces[AUTHORITIES].slug, LIST.upper())
    assert address_of(spaces[AUTHORITIES]) == LIST
    for slug, address in (
        ("nowhere", LIST), (spaces["network"].slug, LIST), (spaces["network"].slug, "x"),
        (spaces["network"].slug, settings.DEFAULT_FROM_EMAIL),
    ):  # fmt: skip
        with pytest.raises(CommandError):
            call_command("set_mail_address", slug, address)

    call_command("set_mail_address", spaces[AUTHORITIES].slug)
    assert address_of(spaces[AUTHORITIES]) == ""


def test_the_page_of_an_archive_proposes_the_lists_address(lucie, spaces, browser_of):
    some = [mail(number, List_Post=f"<mailto:{LIST.upper()}>") for number in (1, 2)]
    archive = import_mails(spaces["network"], *some, mail(3))
    browser = browser_of(lucie)
    page = browser.get(archive.get_absolute_url())

    assert archive.list_address == LIST
    (link,) = re.findall(rf'href="({reverse(PAGE)}\?[^"]+)"', page.text)
    assert f'value="{LIST}"' in browser.get(unescape(link)).text

    call_command("set_mail_address", spaces["network"].slug, LIST)
    assert LIST in browser.get(archive.get_absolute_url()).text
