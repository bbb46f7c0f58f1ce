"""``--changed`` runs what is near a change, and all of it where everything stands on that."""

from tests.changed import files_near

BOOKMARKS = "tests/forum/conversation/test_bookmarks.py"


def test_a_change_is_near_the_tests_that_import_from_its_folder():
    near = files_near({"forum/conversation/bookmarks/views.py"})

    assert BOOKMARKS in near
    assert "tests/forum/moderation/test_appeals.py" not in near


def test_it_is_near_those_of_the_folders_that_import_it():
    near = files_near({"forum/conversation/threads/links/rules.py"})

    assert "tests/forum/conversation/test_linked_threads.py" in near
    assert "tests/forum/finding/test_similar_threads.py" in near


def test_a_template_is_near_the_tests_of_its_folder():
    assert BOOKMARKS in files_near({"templates/conversation/bookmarks/bookmarks.html"})


def test_tests_that_changed_and_those_of_the_house_are_always_near():
    appeals = "tests/forum/moderation/test_appeals.py"

    assert {appeals, "tests/test_house.py"} <= files_near({appeals})


def test_what_all_stands_on_is_near_every_test():
    for ground in "forum/base/rules.py", "tests/factories.py", "templates/base.html":
        assert files_near({ground}) is None
