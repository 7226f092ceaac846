"""What an annotator does in a browser: marks words, fills fields in, draws arrows."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from standpoint.labelstudio.workdir import Login

PICTURES = Path(__file__).parents[2] / "work/pictures"
WIDTHS = (1440, 1024)

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
]

# Corners of the lines on which words stand, the n-th time that they stand in the text.
WHERE = """([words, nth]) => {
  const root = document.querySelector('.lsf-htx-richtext');
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  let text = ''; const nodes = [];
  while (walker.nextNode()) { nodes.push([walker.currentNode, text.length]);
    text += walker.currentNode.data; }
  let at = -1;
  for (let n = 0; n <= nth; n++) at = text.indexOf(words, at + 1);
  if (at < 0) return null;
  const find = (place, late) => { for (const [node, start] of nodes) {
    const end = start + node.data.length;
    if (place < end || (late && place === end)) return [node, place - start]; } };
  const range = document.createRange();
  range.setStart(...find(at, false)); range.setEnd(...find(at + words.length, true));
  range.startContainer.parentElement.scrollIntoView({block: 'center'});
  return [...range.getClientRects()].filter(r => r.width > 0)
    .map(r => [r.left, r.top, r.right, r.bottom]);
}"""

# Labels and fields that stick out at the side, or out of the box that they stand in.
CUT_OFF = """() => [...document.querySelectorAll(
    '.sp-bar .lsf-label, .sp-side label, .sp-side textarea, .sp-side input[type=text],'
    + ' .sp-side .ant-select, .sp-side h3')]
  .map(e => [e, e.getBoundingClientRect(),
             e.closest('.sp-bar, .sp-side').getBoundingClientRect()])
  .filter(([e, r, box]) => r.width > 0 &&
    (r.left < box.left - 1 || r.right > box.right + 1 || r.right > innerWidth + 1))
  .map(([e, r, box]) => [e.innerText, r.left, r.right, box.left, box.right])"""


class Page:
    """A page of Label Studio with the eyes and hands of an annotator."""

    def __init__(self, page: Any, url: str) -> None:
        self.page = page
        self.url = url

    def log_in(self, login: Login) -> None:
        self.page.goto(f"{self.url}/user/login/")
        self.page.fill("input[name=email]", login.address)
        self.page.fill("input[name=password]", login.password)
        self.page.press("input[name=password]", "Enter")
        self.page.wait_for_url(lambda url: "login" not in url)

    def open(self, link: str) -> None:
        """Open a project by the link of the sheet, and press Label All Tasks."""
        self.page.goto(link)
        self.page.get_by_text("Label All Tasks").first.click()
        self.wait_for_text()

    @contextmanager
    def beside(self) -> Iterator["Page"]:
        """Give a page of somebody else, with cookies of their own."""
        context = self.page.context.browser.new_context(
            viewport=self.page.viewport_size
        )
        page = context.new_page()
        page.set_default_timeout(20_000)
        yield Page(page, self.url)
        context.close()

    def open_first_task(self, link: str) -> None:
        """Open a project and its first task, out of the list."""
        self.page.goto(link)
        self.page.wait_for_selector("text=Label All Tasks")
        self.page.locator(
            ".lsf-table__row-wrapper, .dm-table__row-wrapper"
        ).first.click()
        self.wait_for_text()

    def tabs(self) -> list[str]:
        """Return the names of the readings in the tabs above the text."""
        names = self.page.get_by_text("reading ").filter(visible=True).all_inner_texts()
        return [name for name in names if len(name) == len("reading A")]

    def wait_for_text(self) -> None:
        self.page.wait_for_selector(".lsf-htx-richtext")
        self.page.wait_for_timeout(2500)  # what is given from the start is drawn late
        close = self.page.get_by_role("button", name="Close modal")
        if close.count():  # the instructions
            close.first.click()
            self.page.wait_for_timeout(400)

    def select_after_creating(self) -> None:
        """Do what the sheet asks once in each browser."""
        self.page.get_by_role("button", name="Settings").last.click()
        self.page.get_by_text("Select region after creating it").click()
        self.page.keyboard.press("Escape")
        self.page.locator(".lsf-settings-modal").wait_for(state="hidden")
        self.page.wait_for_timeout(300)

    def _lines(self, words: str, nth: int) -> list[list[float]]:
        words = words.replace("\n", "")  # a page breaks lines by elements
        self.page.evaluate(WHERE, [words, nth])
        self.page.wait_for_timeout(200)  # after scrolling
        found = self.page.evaluate(WHERE, [words, nth])
        assert found, f"{words!r} is not on the page"
        return list(found)

    def mark(self, key: str, words: str, nth: int = 0, *, rtl: bool = False) -> None:
        """Press the key of a label and draw over words, until there is a mark.

        Exactly as sheet and instructions say: nothing lets go first of the words that are
        selected still.
        """
        before = self._n_marks()
        for _ in range(3):
            self._draw(key, words, nth, rtl=rtl)
            if self._wait(lambda: self._n_marks() != before):
                if not self._wait(self._has_selection):  # a busy machine, a retry
                    self.click(words, nth)
                return
        raise AssertionError(f"{words!r} cannot be marked")

    def _n_marks(self) -> int:
        return int(self.page.locator(".lsf-richtext [class*=htx-highlight]").count())

    def _draw(self, key: str, words: str, nth: int, *, rtl: bool) -> None:
        lines = self._lines(words, nth)
        self.page.keyboard.press(key)
        first, last = lines[0], lines[-1]
        start, end = (first[2] - 1, last[0] + 1) if rtl else (first[0] + 1, last[2] - 1)
        mouse = self.page.mouse
        mouse.move(start, (first[1] + first[3]) / 2)
        mouse.down()
        mouse.move((start + end) / 2, (first[1] + first[3]) / 2, steps=4)
        mouse.move(end, (last[1] + last[3]) / 2, steps=6)
        mouse.up()

    def click(self, words: str, nth: int = 0) -> None:
        left, top, right, bottom = self._lines(words, nth)[0]
        self.page.mouse.click((left + right) / 2, (top + bottom) / 2)
        self.page.wait_for_timeout(300)

    def select(self, words: str, nth: int = 0) -> None:
        """Select the region on words: a second click would let go of it."""
        for _ in range(3):
            self.page.keyboard.press("Escape")
            self._wait(lambda: not self._has_selection())
            self.click(words, nth)
            if self._wait(self._has_selection):
                return
        raise AssertionError(f"{words!r} cannot be selected")

    def click_label(self, name: str) -> None:
        """Click a label with the mouse."""
        label = self.page.locator(".sp-bar .lsf-label").filter(has_text=name)
        label.first.click()
        self.page.wait_for_timeout(300)

    def said_of_labels(self) -> str:
        """Return what the bar says that a label does now."""
        lines = self.page.locator(".sp-bar h6, .sp-bar h5, .sp-bar h4, .sp-bar h3")
        return "\n".join(lines.filter(visible=True).all_inner_texts())

    def regions(self) -> list[str]:
        """Return the regions of the list at the side, label and words, in its order."""
        rows = self.page.locator(".lsf-outliner-item__title")
        return [" ".join(one.split()) for one in rows.all_inner_texts()]

    def blurred(self) -> tuple[bool, bool]:
        """Tell whether the text is blurred, and the words in the list of regions."""
        text = self.page.locator(".sp-text").first
        words = self.page.locator(".lsf-outliner-item__title").first
        text_, words_ = (
            "blur" in str(one.evaluate("e => getComputedStyle(e).filter"))
            for one in (text, words)
        )
        return text_, words_

    def _has_selection(self) -> bool:
        return not self.page.get_by_text("View region details").count()

    def _wait(self, condition: Callable[[], bool]) -> bool:
        """Wait three seconds at most until something holds; return whether it does."""
        for _ in range(30):
            if condition():
                return True
            self.page.wait_for_timeout(100)
        return False

    def arrow(self, start: str, end: str, n_start: int = 0, n_end: int = 0) -> None:
        self.select(start, n_start)
        self.page.keyboard.press("Alt+r")
        self.page.wait_for_timeout(300)
        self.click(end, n_end)
        self.page.keyboard.press("Escape")
        self.page.wait_for_timeout(200)

    def _field(self, title: str) -> Any:
        """Return the field under a heading, of those that are visible."""
        under = f"xpath=//h3[normalize-space()='{title}']/following-sibling::*[1]"
        return self.page.locator(under).filter(visible=True).first

    def choose(self, *values: str) -> None:
        """Choose values by their words, in the card that is visible."""
        for value in values:
            choice = self.page.locator(".sp-side label").filter(has_text=value)
            choice.filter(visible=True).first.click()
            self.page.wait_for_timeout(100)

    def choose_of(self, title: str, value: str) -> None:
        """Choose a value of the field with this heading."""
        field = self._field(title)
        field.locator("label").filter(has_text=value).first.click()
        self.page.wait_for_timeout(100)

    def link(self, title: str, typed: str, entry: str) -> None:
        """Type into the list under this heading and take an entry."""
        field = self._field(title)
        field.locator(".ant-select-selector").click()
        search = self.page.get_by_placeholder("Search").filter(visible=True).first
        search.click()
        search.press_sequentially(typed)
        row = self.page.locator(".ant-select-tree-treenode").filter(has_text=entry)
        row.filter(visible=True).first.click()
        self.page.keyboard.press("Escape")
        self.page.wait_for_timeout(300)

    def write(self, title: str, words: str) -> None:
        field = self._field(title)
        box = field.locator("textarea, input").first
        box.fill(words)
        box.blur()
        self.page.wait_for_timeout(200)

    def submit(self) -> None:
        self.page.keyboard.press("Escape")
        self.page.get_by_role("button", name="Submit").first.click()
        self.page.wait_for_timeout(1500)

    def picture(self, name: str) -> None:
        """Take a picture at each width, and see that nothing is cut off at the side."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 900})
            self.page.wait_for_timeout(600)
            self.page.screenshot(path=str(PICTURES / f"{name}-{width}.png"))
            assert self.page.evaluate(CUT_OFF) == []
        self.page.set_viewport_size({"width": WIDTHS[0], "height": 900})
        self.page.wait_for_timeout(300)


@contextmanager
def browser(url: str) -> Iterator[Page]:
    """A headless Chromium that reaches nothing but this machine."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = chromium.new_page(viewport={"width": WIDTHS[0], "height": 900})
        page.set_default_timeout(20_000)
        try:
            yield Page(page, url)
        finally:
            chromium.close()
