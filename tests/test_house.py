"""The rules of the house that a reader could otherwise only hope are kept."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
CODE = {
    str(path.relative_to(ROOT)): path.read_text()
    for app in ("accounts", "forum", "realtime")
    for path in (ROOT / app).rglob("*.py")
    if "migrations" not in path.parts
}
TEMPLATES = {
    str(path.relative_to(ROOT)): path.read_text()
    for path in (ROOT / "templates").rglob("*.html")
}


@pytest.mark.parametrize(
    ("what", "home"),
    [
        (r"def visible_to\b", "forum/visibility.py"),
        (r"\bon_commit\(", "forum/events.py"),
        (r"\bSignal\(", "forum/events.py"),
        (r"\bgroup_send\b", "realtime/bus.py"),
        (r"\binsert\(Event\(", "forum/events.py"),
        (r"\bmark_safe\(", None),
    ],
)
def test_it_is_done_in_one_place(what, home):
    assert places(what) - {"forum/health.py"} == ({home} if home else set())


def test_only_actions_and_loaders_write_the_forum():
    writing = places(r"\.(save|create|insert|bulk_create|update|delete|get_or_create)\(")

    in_forum = {place for place in writing if place.startswith("forum/")}
    homes = re.compile(r"forum/(\w+/actions|events|(reference_data|demo)/.*)\.py$")
    assert {place for place in in_forum if not homes.match(place)} == {
        "forum/spaces/models.py"  # ThreadCount.add, which the actions call.
    }


@pytest.mark.parametrize("model", ["Space", "Thread", "Post", "Tag", "Follow"])
def test_readers_have_one_door(model):
    assert hasattr(apps.get_model("forum", model).objects, "visible_to")


def test_threads_and_posts_are_read_through_the_door_only():
    raw = re.compile(r"\b(Thread|Post|Space|Tag)\.objects\.(?!visible_to|bulk_create)\w+")
    writers = re.compile(r"(actions|loading|visibility)\.py$|demo/|reference_data/")

    around = {
        (place, found[0])
        for place, source in CODE.items()
        for found in raw.finditer(source)
        if not writers.search(place)
    }
    assert around == set()


def test_templates_run_no_script_and_no_style_of_their_own():
    inline = r"\son\w+=|\sstyle=|<script(?![^>]*\bsrc=)|<style(?![^>]*nonce)"

    assert {name for name, source in TEMPLATES.items() if re.search(inline, source)} == set()


def test_templates_mark_as_safe_only_what_was_rendered_for_it():
    safe = {
        (name, found)
        for name, source in TEMPLATES.items()
        for found in re.findall(r"\{\{\s*([\w.]+)\|safe", source)
    }
    allowed = {"html", "post.shown_html", "post.html", "text", "current_post.html"}
    assert {found for _name, found in safe} <= allowed


def test_no_module_has_a_name_that_says_nothing():
    empty = re.compile(r"(utils?|helpers?|mixins?|managers?|services?|common|misc)\.py$")

    assert [place for place in CODE if empty.search(place)] == []


def test_modules_stay_small_enough_to_read():
    long = {place: source.count("\n") for place, source in CODE.items()}

    assert {place: n for place, n in long.items() if n > 250} == {}


def places(pattern):
    """The modules whose source matches."""
    return {place for place, source in CODE.items() if re.search(pattern, source)}
