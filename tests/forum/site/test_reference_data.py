"""The reference data of a network: complete, loaded once, and the operator's afterwards."""

import hashlib
from pathlib import Path

import pytest

from accounts.models import CharterVersion, College, Department, Territory
from accounts.territories.search import search_territories
from accounts.viewers.viewers import AccessLevel, viewer_of_person
from forum.base.search_index.models import SynonymGroup
from forum.conversation.tags.models import tag_slug
from forum.conversation.threads.thread_templates.models import ThreadTemplate
from forum.models import Audience, Space, Tag, Topic
from forum.site.reference_data import files
from forum.site.reference_data.loading import load_reference_data
from tests.factories import AUTHORITIES, PROJECTS, SUPPORT, create_person
from tests.scenes import open_scene

MODELS = [College, Space, Topic, Tag, CharterVersion, Department, Territory]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_reference_data")]


@pytest.fixture(scope="module")
def _reference_data(django_db_setup, django_db_blocker):
    """All of it, loaded once for all tests here."""
    with open_scene(django_db_blocker, load_reference_data):
        yield


def rows():
    return {model: list(model.objects.order_by("pk").values()) for model in MODELS}


def test_loading_again_makes_anew_what_territories_are_found_by(db):
    Territory.objects.filter(name__contains="Crozon").update(search_key="autrefois")
    added = Territory.objects.create(slug="t", name="Pays d’Auge", type="pays")
    Territory.objects.filter(pk=added.pk).update(search_key="")

    load_reference_data()

    assert [one.name for one in search_territories("presquile crozon")] == [
        "CC Presqu’île de Crozon-Aulne maritime"
    ]
    assert added in search_territories("dauge")


def test_loading_twice_gives_the_same_rows():
    once = rows()

    assert load_reference_data() == {}
    assert rows() == once


def test_synonyms_and_templates_are_loaded_with_the_rest():
    assert SynonymGroup.objects.count() == len(files.json_rows("synonyms"))
    assert ThreadTemplate.objects.count() == len(files.json_rows("thread_templates"))


def test_a_network_has_three_colleges_each_with_its_colour_and_its_room():
    colleges = College.objects.values_list("slug", "member_label", "colour")
    assert list(colleges) == [
        (PROJECTS, "Porteur de projet", "projets"),
        (AUTHORITIES, "Collectivité", "collectivites"),
        (SUPPORT, "Structure de soutien", "soutien"),
    ]
    for college in College.objects.all():
        room = Space.objects.get(slug=college.slug)
        assert (room.audience, room.college) == (Audience.COLLEGE, college)


def test_one_space_is_public_and_one_is_all_members():
    common = Space.objects.filter(college=None).values_list("slug", "audience")
    assert list(common) == [("place-publique", "public"), ("reseau", "network")]


def test_topics_have_both_names_and_an_icon_and_sufficiency_comes_first():
    assert Topic.objects.count() == 17
    assert Topic.objects.first().slug == "sobriete"
    assert not Topic.objects.filter(name_en="").exists()
    assert not Topic.objects.filter(icon="").exists()


def test_a_tag_is_its_folded_name_and_has_a_family():
    assert Tag.objects.count() == 72
    assert all(tag.slug == tag_slug(tag.name) and tag.family for tag in Tag.objects.all())


def test_every_grouping_and_every_department_of_france_is_there():
    assert Territory.objects.count() == 1255
    assert Territory.objects.exclude(siren=None).values("slug").distinct().count() == 1255
    codes = set(Department.objects.values_list("code", flat=True))
    assert len(codes) == 109 and {"2A", "22", "971", "988"} <= codes
    assert Department.objects.filter(zone="metro", x__isnull=False).count() == 96
    assert not Department.objects.exclude(zone="metro").filter(x__isnull=False).exists()
    for one in Territory.objects.all():
        assert one.nature and one.population and one.search_key and one.department in codes
        assert set(one.department_codes.split("|")) <= codes


def test_the_charter_is_the_file_to_the_byte_and_binds():
    file = Path(files.__file__).parent / "data" / "charter_fr.md"

    version = CharterVersion.objects.required().get()

    charter = CharterVersion.objects.get()
    assert (version["number"], charter.name) == (1, "1.0")
    assert charter.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert CharterVersion.objects.published().get() == charter


def test_signing_the_charter_makes_a_member():
    assert viewer_of_person(create_person("Ana Signe", AUTHORITIES)).level == AccessLevel.MEMBER
    assert viewer_of_person(create_person("Luc Lit", AUTHORITIES, signed=False)).level < 2


def test_what_the_operator_edited_stays_and_only_what_is_missing_comes():
    College.objects.filter(slug=PROJECTS).update(name="Porteuses et porteurs")
    Topic.objects.filter(slug="eolien").update(name="Vent", order=1)
    Tag.objects.filter(slug="cee").delete()

    assert load_reference_data() == {"tags": 1}

    assert College.objects.get(slug=PROJECTS).name == "Porteuses et porteurs"
    assert Topic.objects.get(slug="eolien").name == "Vent"


def test_english_that_is_missing_comes_where_the_french_is_still_ours():
    College.objects.update(name_en="", member_label_en="")
    College.objects.filter(slug=PROJECTS).update(name="Porteuses et porteurs")
    Topic.objects.filter(slug="eolien").update(name_en="", description_en="Our wind.")
    CharterVersion.objects.update(text_en="")

    load_reference_data()

    colleges = College.objects.values_list("name_en", "member_label_en")
    assert colleges.get(slug=PROJECTS) == ("", "Project holder")
    assert colleges.get(slug=SUPPORT) == ("Support structures", "Support structure")
    topic = Topic.objects.get(slug="eolien")
    assert (topic.name_en, topic.description_en) == ("Wind", "Our wind.")
    assert CharterVersion.objects.get().text_en == files.charter_text("en")
