"""What is gone by the time it is acted upon is a 404: each model says so of itself."""

import re
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.http import Http404

from accounts.base.models import Addressable
from forum.models import Post, Topic
from forum.site.errors import not_found_exceptions

#: Models that an action finds by id whose rows nobody deletes.
NEVER_GONE = {"User", "BreakGlassAccess"}


def test_each_model_that_an_action_finds_by_id_is_addressable():
    by_id = re.compile(
        r"\block_row\(([A-Z]\w+)"
        r"|\b([A-Z]\w+)\.(?:objects|_base_manager)\b[^;{}=]*?\.get\((?:pk|slug|author_id)="
        r"|\braise ([A-Z]\w+)\.DoesNotExist"
    )
    sources = [
        path.read_text()
        for app in ("accounts", "forum")
        for path in (Path(settings.BASE_DIR) / app).rglob("*.py")
        if {"actions", "entries", "queries"} & {path.stem, path.parent.name}
    ]
    named = {
        name for text in sources for names in by_id.findall(text) for name in names if name
    }
    assert {"Thread", "Space", "WorkingGroup", "Seat"} <= named
    floors = map(apps.get_app_config, ("accounts", "forum"))
    models = {model.__name__: model for floor in floors for model in floor.get_models()}
    forgotten = {name for name in named if not issubclass(models[name], Addressable)}
    assert forgotten == NEVER_GONE


def test_each_model_with_a_page_is_addressable_or_it_is_said_why_not():
    pages = {
        model.__name__
        for model in apps.get_models()
        if hasattr(model, "get_absolute_url") and not issubclass(model, Addressable)
    }
    # Reference data and people: views look them up with get_object_or_404, actions never.
    assert pages == {"CharterVersion", "Territory", "Topic", "User"}


def test_what_an_addressable_model_raises_is_answered_as_not_found():
    assert {Http404, Post.DoesNotExist} <= {*not_found_exceptions()}
    assert Topic.DoesNotExist not in not_found_exceptions()
