"""Tools: each is there for a role exactly where the post of its file is shown to it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from forum.library.tools.models import ToolUse, ToolVersion
from forum.models import Post
from tests.factories import create_tool
from tests.surfaces.roles import body, for_each_role
from tests.surfaces.tables import ALL, MEMBERS, READERS, TOOL_GET, TOOL_POST


@pytest.mark.deep
@for_each_role
def test_a_tool_is_where_its_post_is(role, canaries, client_of, visit):
    client, turn = client_of(role), sorted(ALL).index(role)
    library = visit(role, reverse("tools")).text
    for place, (name, version) in enumerate(canaries.tools.items()):
        shown, pk = role in READERS[name], version.file.tool_id
        page = visit(role, version.get_absolute_url())
        assert page.status == (200 if shown else 404), name
        assert (version.title in library) == shown, name
        if shown:
            assert canaries.threads[name].title in page.text
            continue
        asked = [(one, "get") for one in TOOL_GET] + [(one, "post") for one in TOOL_POST]
        for surface, method in asked[(place + turn) % 3 :: 3]:
            answer = getattr(client, method)(reverse(surface, args=[pk]))
            missing = getattr(client, method)(reverse(surface, args=[9_999_999]))
            assert answer.status_code == missing.status_code
            assert body(answer).replace(f"/outils/{pk}/", "…") == body(missing).replace(
                "/outils/9999999/", "…"
            )


#: What takes a post out of sight, or a thread, or puts it back.
CHANGES = {
    "hidden": {"hidden_at": timezone.now()},
    "deleted": {"deleted_at": timezone.now()},
    "held": {"held_at": timezone.now()},
    "shown again": {"hidden_at": None, "deleted_at": None, "held_at": None},
}


@pytest.mark.deep
@for_each_role
def test_what_happens_to_the_post_happens_to_the_tool(
    role, people, spaces, canaries, client_of, viewer_of
):
    """Of two versions, in two threads: whatever becomes of either post, and where it goes."""
    viewer, client = viewer_of(getattr(people, role)), client_of(role)
    first = canaries.tools["network"]
    tool, address = first.file.tool, reverse("tool-short", args=[first.file.tool_id])
    second = create_tool(
        canaries.threads["public"].posts.get(number=2), "Suite ailleurs", tool=tool
    )
    posts = {first: first.file.post, second: second.file.post}

    def look():
        """The tool is the latest of the versions whose posts are seen, and told so."""
        seen = [it for it, post in posts.items() if _is_seen(viewer, post)]
        assert set(ToolVersion.objects.visible_to(viewer).filter(file__tool=tool)) == set(seen)
        page, library = client.get(address), client.get(reverse("tools")).text
        assert page.status_code == (200 if seen else 404)
        if seen:
            assert page.context["tool"] == seen[-1]
            assert {it.version for it in page.context["versions"]} == set(seen)
        for version in posts:
            assert (version.title in library) == (seen[-1:] == [version])

    look()
    for version, (space, other) in zip(
        [second, first], [("group", "enclosed"), ("public", "archive")], strict=True
    ):
        for change in CHANGES.values():
            Post._base_manager.filter(pk=posts[version].pk).update(**change)
            look()
        thread = posts[version].thread
        for place in (space, other):
            type(thread).objects.filter(pk=thread.pk).update(space=spaces[place])
            look()
        type(thread).objects.filter(pk=thread.pk).update(removed_at=timezone.now())
        look()


def _is_seen(viewer, post):
    return Post.objects.visible_to(viewer).filter(pk=post.pk).exists()


@pytest.mark.deep
@for_each_role
def test_who_uses_a_tool_is_named_to_members_and_counted_where_its_version_is_seen(
    role, people, canaries, client_of
):
    first = canaries.tools["public"]
    hidden = create_tool(
        canaries.threads["enclosed"].posts.get(number=2), "Ailleurs", tool=first.file.tool
    )
    towns = [people.projects.seats.get().organisation, people.moved.seats.get().organisation]
    for version, town, days in zip([first, hidden], towns, [2, 1], strict=True):
        ToolUse.objects.create(
            tool=first.file.tool, version=version, organisation=town, person=people.projects,
            used_at=timezone.now() - timedelta(days=days),
        )  # fmt: skip
    knows_both = role in READERS["enclosed"]

    page = client_of(role).get(reverse("tool-short", args=[first.file.tool_id]))
    row = client_of(role).get(
        reverse("tools"), {"q": "Outil" if not knows_both else "Ailleurs"}
    )

    assert page.context["use_count"] == 1 + knows_both
    (counted,) = [
        it.use_count for it in row.context["page"].rows if it.file.tool_id == first.file.tool_id
    ]
    assert counted == 1 + knows_both
    named = [use.organisation for use in page.context["users"]]
    assert named == (towns[::-1][1 - knows_both :] if role in MEMBERS else [])
