"""Pages that one only comes to by doing something, and forms that come back with errors."""

import re

from tests.browser.site import PASSWORD
from tests.pages.tables import MEMBER, PROTECTED, REGISTERED

#: What begins as a picture and as a PDF does.
PNG, PDF = b"\x89PNG\r\n\x1a\n?", b"%PDF-1.7\n"


async def _ask_for_code(page, site):
    await page.goto("/compte/login/code/")
    await page.fill("main [name=email]", "personne@exemple.fr")
    await page.click("main form .primary")
    await page.wait_for_url("**/code/confirm/**")


async def _sign_up(page, site):
    await page.goto("/compte/signup/")
    fields = {"full_name": "Anne Nouvelle", "email": "anne@exemple.fr", "password1": PASSWORD}
    for name, text in fields.items():
        await page.fill(f"main [name={name}]", text)
    await page.click("main form .primary")
    await page.wait_for_selector("main [name=code]")


async def _prove_address(page, site):
    await page.goto("/compte/email/")
    await page.click("main button[form=send]")
    await page.fill("main [name=code]", site.code_for(MEMBER))
    await page.click("main form .primary")
    await page.wait_for_selector("main [name=email]")


async def _reset_password(page, site):
    await page.goto("/compte/password/reset/")
    await page.fill("main [name=email]", REGISTERED)
    await page.click("main form .primary")
    await page.wait_for_url("**/reset/done/")
    await page.goto(re.findall(r"^http\S+/reset/key/\S+$", site.log.read_text(), re.M)[-1])


async def _second_factor(page, site):
    await _sign_in(page, PROTECTED, PASSWORD)
    await page.wait_for_selector("main [name=code]")


async def _refused_sign_in(page, site):
    await _sign_in(page, PROTECTED, "faux")
    await page.wait_for_selector("main [aria-invalid=true], main .errors, main [role=alert]")


async def _shortcuts(page, site):
    await page.goto("/")
    await page.keyboard.press("?")
    await page.wait_for_selector("dialog[open]")


async def _choose_files(page, site):
    """A composer with files in all states: sent, refused, failed, on their way."""
    sent = []

    async def answer(route):
        sent.append(route) if route.request.method == "POST" else None
        if route.request.method == "POST" and len(sent) == 4:
            await route.fulfill(status=502, body="")
        elif len(sent) < 5:
            await route.continue_()

    await page.route("**/fichiers/", answer)
    await page.goto("/fils/nouveau/?topic=eolien")
    pdf, png = b"%PDF-1.7 %%EOF", b"\x89PNG\r\n\x1a\n"
    files = [("plan.pdf", pdf), ("pre.png", png), ("acte.pdf", b"?"), ("b.pdf", pdf)]
    for name, content in [*files, ("c.pdf", pdf)]:
        about = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
        await page.set_input_files("[data-upload]", [about])
        row = page.locator(".chosen-files > li").filter(has_text=name)
        state = "[data-state=sending]" if name == "c.pdf" else ":not([data-state=sending])"
        await row.and_(page.locator(f"{state}:not([data-state=waiting])")).wait_for()


async def _sign_in(page, email, password):
    await page.goto("/compte/login/")
    await page.fill("[name=login]", email)
    await page.fill("[name=password]", password)
    await page.click("main form .primary")


def _empty(address, form, ticked=None):
    """A walk that sends the form at ``address`` without a word in it, with ``ticked`` ticked.

    It fails where the answer says of no error.
    """

    async def walk(page, site):
        await page.goto(address)
        if ticked:
            await page.check(f"main [name={ticked}]")
        async with page.expect_navigation():
            await page.eval_on_selector(
                form,
                """(form) => {
                    for (const field of form.querySelectorAll("input, textarea, select"))
                        if (!["hidden", "submit", "radio", "checkbox"].includes(field.type))
                            field.value = ""
                    form.noValidate = true
                    HTMLFormElement.prototype.submit.call(form)
                }""",
            )
        await page.wait_for_selector("main .error")

    return walk


async def _picture_without_description(page, site):
    """A form with a picture and a document that is sent without a description.

    By no press, of which its script would say so itself.
    """
    await page.goto("/fils/nouveau/?topic=eolien")
    await page.fill("main [name=title]", "Une photo de la chaufferie")
    await page.fill("main textarea[name=text]", "Voici la chaufferie, vue du bourg.")
    files = [
        {"name": "chaufferie.png", "mimeType": "image/png", "buffer": PNG},
        {"name": "Plan de financement.pdf", "mimeType": "application/pdf", "buffer": PDF},
    ]
    await page.set_input_files("main [name=files]", files)
    await page.locator(".chosen-files > li[data-state=sent]").nth(1).wait_for()
    async with page.expect_navigation():
        submit = "(form) => HTMLFormElement.prototype.submit.call(form)"
        await page.eval_on_selector("main form.form", submit)
    await page.wait_for_selector("main .chosen-files .error")


async def _see_who_would_be_asked(page, site):
    """Look at whom a question would be put to, before it is asked."""
    await page.goto("/fils/nouveau/?topic=eolien&space=reseau")
    await page.fill("main [name=title]", "Qui a déjà choisi son éolienne ?")
    await page.fill("main textarea[name=text]", "Et sur quels critères ?")
    await page.click("#interroger > summary")
    await page.check("main [name=ask][value=expertise]")
    await page.wait_for_selector("#interroges")


#: Who walks to each, and how: a function of a page and of the site.
WALKS = {
    "account_email_verification_sent": ("guest", _sign_up),
    "account_email-proved": ("member", _prove_address),
    "account_reset_password_from_key": ("guest", _reset_password),
    "account_confirm_login_code": ("guest", _ask_for_code),
    "shortcuts-open": ("member", _shortcuts),
    "mfa_authenticate": ("guest", _second_factor),
    "sign-in-refused": ("guest", _refused_sign_in),
    "chosen-files": ("member", _choose_files),
    "sign-up-errors": ("guest", _empty("/compte/signup/", "main form")),
    "new-thread-errors": ("member", _empty("/fils/nouveau/?topic=eolien", "main form")),
    "new-thread-proposals": ("member", _see_who_would_be_asked),
    "new-thread-files": ("member", _picture_without_description),
    "new-group-errors": ("member", _empty("/groupes/nouveau/", "main form")),
    "profile-errors": ("member", _empty("/compte/annuaire/", "main form", "shows_telephone")),
    "break-glass-errors": ("animator", _empty("/animation/ouvertures/", "main form")),
    "charter-draft-errors": ("animator", _empty("/animation/charte/nouvelle/", "main form")),
    "sign-charter-errors": ("registered", _empty("/charte/signer/", "main form")),
}
