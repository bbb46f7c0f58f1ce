"""Joining, as one does it: fields that come when they are needed, a mailed link, real files."""

import quopri
import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_member_lifecycle import sign_up

ADMISSION = "review"
SHIFTS = """() => new Promise((done) => new PerformanceObserver((list) =>
    done(list.getEntries().reduce((sum, one) => sum + one.value, 0))
).observe({ type: "layout-shift", buffered: true }) || setTimeout(() => done(0), 500))"""


def letter_to(site, email):
    """The latest letter to ``email``, as it is read."""
    raw = site.log.read_text().rpartition(f"To: {email}")[2]
    return quopri.decodestring(raw.encode()).decode(errors="replace")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_fields_of_the_act_come_when_they_are_needed_and_move_nothing(site, sit, script):
    email = f"rosa{script}@kervalon.example".lower()
    cookies = sign_up(site, sit, "Rosa Kervalon", email).context.storage_state()
    page = sit(java_script_enabled=script, storage_state=cookies)
    page.goto("/charte/signer/")
    act = page.locator("fieldset.act")
    expect(act).to_be_hidden()
    if script:
        assert page.evaluate(SHIFTS) < 0.01
    page.focus("[name=authority][value=resolution]")
    page.keyboard.press("Space")
    expect(act).to_be_visible()
    for _time in range(2):  # Past the link to the templates.
        page.keyboard.press("Tab")
    expect(page.locator("[name=authority_detail]")).to_be_focused()
    page.focus("[name=authority][value=resolution]")
    for _time in range(3):
        page.keyboard.press("ArrowDown")
    expect(page.locator("[name=authority][value=office]")).to_be_checked()
    expect(act).to_be_hidden()
    page.locator("details summary", has_text="Il vous manque l’acte").click()
    with page.expect_download() as taken:
        page.click("button[value=resolution-odt]")
    assert re.fullmatch(r"deliberation-charte-1\.0\.odt", taken.value.suggested_filename)


def test_who_prepares_and_who_signs_meet_by_a_mailed_link_on_a_phone_without_a_script(
    site, sit
):
    rosa = sign_up(site, sit, "Rosa Prépare", "rosa@pontivec.example")
    rosa.goto("/charte/preparer/")
    rosa.check("[name=college][value=collectivites-locales]")
    rosa.fill("[name=organisation]", "Mairie de Pontivec")
    rosa.fill("[name=full_name]", "Édith Maréchal")
    rosa.fill("[name=position]", "Maire")
    rosa.fill("[name=email]", "maire@pontivec.example")
    rosa.check("[name=authority][value=office]")
    expect(rosa.locator("fieldset.unknown")).to_be_visible()
    rosa.select_option("[name=department_code]", "22")
    rosa.click("form.sign .primary")
    expect(rosa.locator("main")).to_contain_text("À Édith Maréchal de signer avant le")

    letter = letter_to(site, "maire@pontivec.example")
    link = re.search(r"https?://[^/\s]+(/charte/demandes/\S+)", letter)[1]
    phone = {"viewport": {"width": 390, "height": 844}, "java_script_enabled": False}
    edith = sit(**phone)
    edith.goto(link)
    expect(edith.locator("main")).to_contain_text("Rosa Prépare a préparé cette signature")
    edith.fill("[name=typed_name]", "Édith Maréchal")
    edith.click("form.sign .primary")
    expect(edith.locator("h1")).to_have_text("La charte est signée")

    rosa.goto("/charte/etapes/")
    rosa.click("main a.primary")
    rosa.fill("[name=position]", "Secrétaire de mairie")
    rosa.fill("[name=typed_name]", "Rosa Prépare")
    rosa.click("form.sign .primary")
    rosa.wait_for_url(re.compile(r"/charte/etapes/"))
    expect(rosa.locator("main .steps [aria-current]")).to_have_text("3 Votre siège")
