"""Every URL has a page that the page checks look at, or a reason why it has none."""

from tests.pages.tables import NO_PAGE, PAGES
from tests.pages.walks import WALKS
from tests.surfaces.tables import DEMONSTRATION, PROVIDER
from tests.surfaces.test_addresses import every_name


def test_every_name_of_a_url_is_in_a_table():
    listed = {*PAGES, *NO_PAGE, *WALKS}

    assert every_name() - listed == set()
    states = {name for name in WALKS if name not in every_name()}
    assert listed - every_name() - states <= {*DEMONSTRATION, *PROVIDER}


def test_no_name_has_both_a_page_and_a_reason_against_it():
    assert {*PAGES} & {*NO_PAGE} == set()
    assert all(NO_PAGE.values())
