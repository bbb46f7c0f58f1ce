"""Every address is in a table of roles, and the demonstration has none outside itself."""

from types import ModuleType
from uuid import UUID

from django.conf import settings
from django.test import override_settings
from django.urls import URLResolver, get_resolver, resolve

from accounts.base.discovery import feature_modules
from tests.surfaces.tables import (
    ACCOUNT,
    AGREED_VERSION,
    ANIMATORS,
    BY_LINK,
    BY_MAIL,
    BY_TOKEN,
    CANCELLED_VERSION,
    CONTACTS,
    DEMONSTRATION,
    ENTRY,
    GROUP_GET,
    GROUP_POST,
    HELD_EDIT,
    HIDDEN_POST,
    LINK,
    LOGS,
    MEETING,
    MOVES,
    NAMED,
    OPEN,
    OPENERS,
    OWN_SHEET,
    PEOPLE,
    PERSONAL,
    POLL,
    POST_GET,
    POST_POST,
    PROPOSED_SHEET,
    PROVIDER,
    PUBLIC_SHEET,
    RECEIVED,
    REMOVED_POLL,
    REMOVED_ROUND,
    REVIEW_CALL,
    ROUND,
    SHEET,
    SHEET_AUTHOR,
    SHEET_DRAFT,
    SHEET_REVIEW,
    SHEET_VERSION,
    SPEAKERS_GET,
    SPEAKERS_POST,
    SPONSORS,
    THREAD_GET,
    THREAD_POST,
    TOOL_GET,
    TOOL_POST,
)


def every_name():
    """The names of all addresses, with the demonstration's on."""
    return {key for key in get_resolver().reverse_dict if isinstance(key, str)}


def test_every_address_is_in_a_table():
    tables = [
        *THREAD_GET,
        *THREAD_POST,
        *POST_GET,
        *POST_POST,
        *HIDDEN_POST,
        *HELD_EDIT,
        *LINK,
        *MEETING,
        *POLL,
        *REMOVED_POLL,
        *ROUND,
        *REMOVED_ROUND,
        *RECEIVED,
        *MOVES,
        *OPEN,
        *NAMED,
        *TOOL_GET,
        *TOOL_POST,
        *SHEET,
        *SHEET_DRAFT,
        *OWN_SHEET,
        *SHEET_AUTHOR,
        *SHEET_REVIEW,
        *REVIEW_CALL,
        *PROPOSED_SHEET,
        *SHEET_VERSION,
        *CANCELLED_VERSION,
        *AGREED_VERSION,
        *PUBLIC_SHEET,
    ]
    tables += [*PERSONAL, *ANIMATORS, *CONTACTS, *SPONSORS]
    tables += [*OPENERS, *LOGS, *GROUP_GET, *GROUP_POST, *ENTRY]
    tables += [*BY_LINK, *BY_MAIL, *BY_TOKEN, *PEOPLE, *SPEAKERS_GET, *SPEAKERS_POST]
    if settings.FORUM_DEMO:
        tables += DEMONSTRATION
    if settings.SOCIALACCOUNT_PROVIDERS:
        tables += PROVIDER

    unlisted = {name for name in every_name() - set(tables) if not ACCOUNT.match(name)}
    assert unlisted == set()
    assert set(tables) - every_name() == set()


def test_no_address_hides_another():
    """Folders are found by themselves: the order of their patterns must not matter."""
    samples = {"pk": 1, "number": 1, "uidb36": "1", "key": "cle", "name": "1.0"}
    samples["ending"] = "csv"
    samples["draft_key"] = samples["upload_key"] = UUID(int=1)
    samples["file_id"] = "00000000-0000-0000-0000-000000000007"
    hidden = {}
    for name, (ways, *_rest) in get_resolver().reverse_dict.items():
        if isinstance(name, str):
            path, params = ways[0]
            address = "/" + path % {one: samples.get(one, "mot") for one in params}
            if (answers := resolve(address).url_name) != name:
                hidden[name] = answers
    assert hidden == {}


def test_every_folder_with_urls_is_reached():
    modules = (one.urlconf_name for one in includes(get_resolver()))
    included = {one.__name__ for one in modules if isinstance(one, ModuleType)}
    floors = {*feature_modules("accounts", "urls"), *feature_modules("forum", "urls")}

    assert floors - included == (set() if settings.FORUM_DEMO else {"forum.site.demo.urls"})


def includes(resolver):
    """The resolvers of all that is included in this one, at any depth."""
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from (one, *includes(one))


def test_the_demonstration_has_no_address_outside_the_demonstration():
    assert not settings.FORUM_DEMO
    assert every_name() & set(DEMONSTRATION) == set()


@override_settings(FORUM_DEMO=False)
def test_sign_in_as_anyone_is_not_there(client, people):
    assert client.post(f"/demonstration/{people.animator.pk}/").status_code == 404
