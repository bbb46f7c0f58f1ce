"""Through a provider and back in a real Chromium, under the real content security policy."""

import re

import pytest
from playwright.sync_api import expect

from tests.accounts.openid_provider import CLIENT_ID, CLIENT_SECRET, FakeOpenIDProvider


@pytest.fixture(scope="module")
def provider():
    """A provider on this machine."""
    provider = FakeOpenIDProvider()
    yield provider
    provider.close()


@pytest.fixture(scope="module", autouse=True)
def _environment(provider):
    """The environment of a site that trusts it, before the site starts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FORUM_OIDC_ISSUER", provider.issuer)
        patch.setenv("FORUM_OIDC_CLIENT_ID", CLIENT_ID)
        patch.setenv("FORUM_OIDC_SECRET", CLIENT_SECRET)
        yield


@pytest.mark.parametrize("scripted", [True, False])
def test_one_button_leads_there_and_back(scripted, sit, provider):
    page = sit(java_script_enabled=scripted)
    page.goto("/compte/login/?next=/charte/signataires/")
    page.get_by_role("button", name="Se connecter avec ProConnect").click()

    page.wait_for_url(re.compile("/charte/signataires/$"))
    expect(page.locator("body")).to_have_attribute("data-person", re.compile(r"\d+"))
    expect(page.locator(".avatar").first).to_have_text("NG")
