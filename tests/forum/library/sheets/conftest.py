"""A territory, what a form of a sheet sends, and sheets in each state."""

from decimal import Decimal

import pytest

from accounts.models import Territory
from forum.library.sheets.models import ExperienceSheet
from forum.models import Topic
from forum.moderation.held_posts.actions import approve_post
from tests.factories import AUTHORITIES, start_thread
from tests.forum.library.sheets.sheet_helpers import draft_of, publish


@pytest.fixture(autouse=True)
def files_folder(settings, tmp_path):
    """The folder that files lie in."""
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def place(db):
    """A territory of 14,000 people."""
    return Territory.objects.create(
        slug="val-d-ombre", name="Val d’Ombre", type="communaute-de-communes",
        department_codes="22", population=14000,
    )  # fmt: skip


@pytest.fixture
def draft(claire, place, topics, viewer_of):
    """Claire's draft, with all that it takes to publish it."""
    return draft_of(viewer_of(claire), place, topics[0])


@pytest.fixture
def sheet(draft, claire, spaces, viewer_of):
    """The same, published to the whole network."""
    return publish(draft, viewer_of(claire), spaces["network"])


@pytest.fixture
def mina(make_person):
    """Who comes in: her seat waits, and is not that of the cast’s."""
    return make_person("Mina Dupré", AUTHORITIES, confirmed=False)


@pytest.fixture
def read_sheet(mina, lucie, place, topics, spaces, viewer_of):
    """Mina's sheet in public, where first posts wait; Lucie has read and published it."""
    spaces["public"].holds_first_posts = True
    spaces["public"].save()
    draft = draft_of(viewer_of(mina), place, topics[0])
    sheet = publish(draft, viewer_of(mina), spaces["public"])
    approve_post(sheet.thread.posts.get(), viewer_of(lucie))
    return ExperienceSheet.objects.select_related("thread__space").get(pk=sheet.pk)


@pytest.fixture
def sheet_of(claire, spaces, topics, charter, no_posting_limits):
    """Makes a published sheet of Claire with these figures, ``kind="typed"`` by base amount."""

    def sheet_of(
        space="public", title="Chaufferie de Brec", tax="ht", population=1000,
        commissioned="2023-05", **amounts,
    ):  # fmt: skip
        topic = Topic.objects.get(slug="bois-energie")
        thread = start_thread(
            claire, spaces[space], title=title, kind="experience", topic=topic
        )
        sheet = ExperienceSheet.objects.create(
            thread=thread, author=claire, topic=topic, population=population,
            published_at=thread.created_at, commissioned=commissioned,
        )  # fmt: skip
        for position, (kind, amount) in enumerate(amounts.items()):
            sheet.figures.create(
                kind=kind, amount=Decimal(amount), typed=f"{amount} tapé", position=position,
                tax=tax if kind in ("investment", "aid") else "",
            )  # fmt: skip
        return sheet

    return sheet_of
