"""How parts of a page stand to each other: in line, within their column, on the screen."""

from playwright.sync_api import expect

from tests.browser.actions import NADIA, settled_top

PHONE = {"width": 390, "height": 844}


def box(locator):
    return locator.bounding_box()


def test_fields_of_text_and_selects_stand_in_one_line(sit):
    page = sit(NADIA)
    page.goto("/membres/")
    page.locator(".more-fields summary").click()
    fields = [box(it) for it in page.locator(".more-fields :is(input, select)").all()]

    assert len(fields) == 4
    assert len({(round(it["y"], 1), round(it["height"], 1)) for it in fields}) == 1


def test_what_searches_a_directory_keeps_its_line_beside_what_shows_all_again(sit):
    for address, size in (("/organisations/?q=scic", None), ("/membres/?q=yves", PHONE)):
        page = sit(NADIA, **{"viewport": size} if size else {})
        page.goto(address)
        search, again = box(page.locator(".sifting .button")), box(page.locator(".sifting a"))

        assert again["y"] < search["y"] + search["height"] / 2 < again["y"] + again["height"]
        if not size:
            words = box(page.locator(".sifting input").first)
            assert (
                words["y"] < search["y"] + search["height"] / 2 < words["y"] + words["height"]
            )


def test_a_message_is_no_wider_than_the_column_under_it(sit):
    page = sit(NADIA)
    page.goto("/compte/annuaire/")
    page.locator("main form .primary").click()
    said, column = (
        page.locator("#messages .notice"),
        page.locator("main > div, main > h1").first,
    )
    expect(said).to_be_visible()

    assert box(said)["x"] >= box(column)["x"] - 1
    assert box(said)["width"] <= box(column)["width"] + 1


def test_the_form_of_a_sheet_has_its_message_labels_and_fields_in_line(sit):
    page = sit(NADIA)
    page.goto("/experiences/nouvelle/")
    row = page.locator(".figure-row").first
    tops, feet = (
        [box(it)["y"] for it in row.locator(kind).all()] for kind in ("label", "input")
    )
    assert len(tops) == len(feet) == 3
    assert len({*tops}) == len({*feet}) == 1
    assert (
        box(page.locator("legend", has_text="Territoire"))["width"] <= 1
    )  # Its label says it.
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    said, title = box(page.locator("#messages .notice").last), box(page.locator("h1"))

    assert said["x"] == title["x"] and said["width"] <= title["width"]


def test_every_tab_of_a_list_is_whole_on_a_phone(sit):
    page = sit(NADIA, viewport=PHONE)
    page.goto("/")
    tabs = page.locator(".tabs a")
    count = '<span class="badge">88</span>'
    tabs.nth(1).evaluate("(tab, count) => tab.insertAdjacentHTML('beforeend', count)", count)
    edges = [box(it) for it in tabs.all()]

    expect(tabs).to_have_count(4)
    assert all(it["x"] >= 0 and it["x"] + it["width"] <= PHONE["width"] for it in edges)
    assert page.locator(".tabs").evaluate("(it) => it.scrollWidth <= it.clientWidth")


def test_sheets_that_are_ticked_are_counted_on_a_button_in_sight(sit):
    for size in (None, PHONE):
        page = sit(NADIA, **{"viewport": size} if size else {})
        page.goto("/experiences/")
        button = page.get_by_role("button", name="Comparer les fiches cochées")
        expect(button).not_to_be_in_viewport()
        for at in (0, 1):
            page.get_by_label("Comparer").nth(at).check()

        expect(button).to_be_in_viewport(ratio=1)
        button.click()
        heads = page.locator("table.beside thead th")
        expect(heads).to_have_count(2)
        page.locator("table.beside tbody tr").last.evaluate("it => it.scrollIntoView(false)")
        expect(heads.first).to_be_in_viewport(ratio=1)
        assert box(heads.first)["y"] >= box(page.locator(".top"))["height"] - 1


def test_the_form_of_a_sheet_is_short_and_has_its_buttons_in_sight_over_no_field(sit):
    for size in ({"width": 1280, "height": 900}, PHONE):
        page = sit(NADIA, viewport=size)
        page.goto("/experiences/nouvelle/")
        text = page.locator("textarea[name=results]")
        empty = box(text)["height"]
        save = page.get_by_role("button", name="Enregistrer", exact=True)

        assert empty < 100
        expect(save).to_be_in_viewport(ratio=1)
        page.get_by_label("Titre", exact=True).focus()
        for _field in range(9):
            page.keyboard.press("Tab")
            top = settled_top(page.locator(":focus"))
            assert top + 40 <= box(save)["y"]
        text.evaluate("it => { it.value = 'un mot de plus '.repeat(60) }")
        assert box(text)["height"] > empty


def test_rows_of_sheets_are_low_with_plain_titles_as_wide_as_a_phone(sit):
    for size in ({"width": 1280, "height": 900}, PHONE):
        page = sit(NADIA, viewport=size)
        page.goto("/experiences/")
        rows = [box(it) for it in page.locator(".sheet-row").all()]
        title, tick = (
            page.locator(".sheet-row h2").first,
            page.locator(".sheet-row input").first,
        )
        label, ticked = box(page.locator(".sheet-row label").first), box(tick)
        middles = [it["y"] + it["height"] / 2 for it in (label, ticked)]

        assert title.evaluate("it => getComputedStyle(it).fontWeight") == "400"
        assert abs(middles[0] - middles[1]) < 1
        if size is PHONE:
            assert box(title)["width"] == rows[0]["width"] and label["height"] >= 44
        else:
            assert sum(it["y"] + it["height"] <= 900 for it in rows) >= 7
