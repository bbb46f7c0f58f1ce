"""Groups, the ways into them, rooms that were opened, and one’s own pages."""

import pytest
from django.urls import reverse

from accounts.models import (
    BreakGlassAccess,
    WorkingGroup,
)
from tests.surfaces.roles import body, for_each_role
from tests.surfaces.tables import ANIMATE, BESIDE, ENTRY, GROUP_GET, GROUP_POST, READERS

#: Who knows of the group "group", on invitation; of "enclosed", on request in its college.
KNOW = {
    "group": READERS["group"] | {"invited", "asking"},
    "archive": READERS["archive"],
    "enclosed": BESIDE,
}


@pytest.mark.deep
@for_each_role
def test_a_group_is_known_to_those_it_concerns_and_else_not_found(
    role, people, canaries, client_of
):
    WorkingGroup.objects.filter(slug="enclosed").update(join_policy="request")
    client = client_of(role)
    missing = {}
    listed = client.get(reverse("groups"), follow=True).content.decode()
    for group in WorkingGroup.objects.all():
        knows = role in KNOW[{"chaufferies": "group"}.get(group.slug, group.slug)]
        assert (group.get_absolute_url() in listed or group.name in listed) == knows, group
        for surface, method in [(s, "get") for s in GROUP_GET] + [
            (s, "post") for s in GROUP_POST if not knows
        ]:
            answer = getattr(client, method)(reverse(surface, args=[group.slug]))
            if role in {"guest", "suspended"}:
                assert answer.status_code == {"guest": 302, "suspended": 403}[role]
            else:
                assert (answer.status_code != 404) == knows, (group, surface)
            if not knows:
                if (surface, method) not in missing:
                    nothing = reverse(surface, args=["rien"])
                    missing[surface, method] = body(getattr(client, method)(nothing))
                assert body(answer) == missing[surface, method], (group, surface)


@pytest.mark.deep
@for_each_role
def test_a_way_into_a_group_is_found_by_whom_it_concerns_only(role, people, client_of):
    client = client_of(role)
    group = WorkingGroup.objects.get(slug="chaufferies")
    group.contact = people.group
    group.save()
    own = {"invitation": "invited", "request": "asking"}
    for entry in group.entries.all():
        for surface, method in [("invitation", "get"), ("invitation", "post")] + [
            (surface, "post") for surface in ENTRY[1:]
        ]:
            leads, mine = role == "group", role == own[entry.type]
            finds = {
                "invitation": mine and entry.type == "invitation",
                "answer-request": leads and entry.type == "request",
                "withdraw-entry": leads or (mine and entry.type == "request"),
            }[surface]
            if role in {"guest", "suspended"} or not finds:
                answer = getattr(client, method)(reverse(surface, args=[entry.pk]))
                missing = getattr(client, method)(reverse(surface, args=[9_999_999]))
                usual = {"guest": 302, "suspended": 403}.get(role, 404)
                assert answer.status_code == missing.status_code == usual, surface
                assert body(answer) == body(missing)
            elif method == "get":
                assert client.get(reverse(surface, args=[entry.pk])).status_code == 200


@pytest.mark.deep
@for_each_role
def test_openings_are_for_who_may_open_and_their_log_for_the_college(
    role, people, spaces, client_of
):
    client = client_of(role)
    opening = BreakGlassAccess.objects.get(person=people.opener)

    may = role in ANIMATE | {"breaker", "administrator"}
    assert client.get(reverse("break-glass")).status_code == (200 if may else 404)
    if role != "opener":
        closed = client.post(reverse("close-break-glass", args=[opening.pk]))
        assert closed.status_code == (302 if role == "guest" else 404)
    for name, space in spaces.items():
        log = client.get(reverse("break-glass-log", args=[space.slug]))
        is_room = space.audience == "college"
        reads = is_room and (role in READERS[name] or role in ANIMATE)
        assert (log.status_code == 200) == reads, name
        if not reads:
            missing = client.get(reverse("break-glass-log", args=["rien"]))
            assert body(log) == body(missing)


@pytest.mark.deep
@for_each_role
def test_ones_own_pages_are_about_oneself_and_closed_to_guests(role, people, client_of):
    person = getattr(people, role)
    client = client_of(role)
    client.get("/")

    for surface in ("devices", "account_email", "mfa_index", "mfa_list_webauthn"):
        answer = client.get(reverse(surface))
        if role == "guest":
            assert answer.status_code == 302 and "/compte/login/" in answer["Location"]
        else:
            assert answer.status_code == 200, surface
            others = {one for one in vars(people).values() if one and one != person}
            assert not any(one.email in answer.text for one in others), surface
