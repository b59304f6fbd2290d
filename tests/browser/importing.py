"""What a clerk does to import a file, and to take a batch back."""

from playwright.sync_api import expect

from tests.browser.moves import follow


CHECKED_WITHIN = 90_000  # ms until the background has checked or written a small file


def upload(page, kind, path, *, start=None):
    """From the list of imports to the result of the check."""
    page.goto("/imports/")
    page.get_by_role("link", name=f"导入{kind}", exact=True).click()
    page.set_input_files("[name=file]", path)
    if start:
        page.fill("[name=start]", start)
    page.get_by_role("button", name="上传并核对").click()
    expect(page.locator("h1")).to_have_text(f"导入{kind}：{path.name}")
    expect(page.get_by_text("核对完成")).to_be_visible(timeout=CHECKED_WITHIN)


def counts(page):
    """(新增, 变更, 未变, 有误) of the batch on the page."""
    said = dict(
        zip(
            page.locator(".imp-n dt").all_inner_texts(),
            page.locator(".imp-n dd").all_inner_texts(),
            strict=True,
        )
    )
    said = {label.strip(): int(number) for label, number in said.items()}
    return tuple(said[label] for label in ("新增", "变更", "未变", "有误"))


def write(page, rows):
    """Write the right rows; returns the address of the batch."""
    follow(page, page.get_by_role("button", name=f"写入 {rows} 行", exact=True))
    said = page.locator(".note, .imp-toast").first  # a refusal ends the wait as well
    expect(said).to_be_visible(timeout=CHECKED_WITHIN)
    expect(said).to_contain_text(f"已写入 {rows} 行")
    return page.url


def undo(page, address):
    page.goto(address)
    page.get_by_role("button", name="撤回整批").click()
    expect(page.get_by_text("这一批已整批撤回")).to_be_visible(timeout=CHECKED_WITHIN)


def listed(page, address, word):
    """How many rows a list finds for a word."""
    page.goto(f"{address}?q={word}")
    return page.locator("main table.dt tbody tr:has(a)").count()
