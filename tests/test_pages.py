"""The built pages work in a browser that reaches nothing but this machine.

The pages of ``_build/html`` are served on 127.0.0.1 and opened in Chromium, which may ask no other
host. A reader without a network, with a keyboard only, a phone or a screen reader gets the
same course. Each check is a function that returns complaints, and each is shown to fail on a page
that is broken on purpose.
"""

import functools
import html
import html.parser
import http.server
import os
import pathlib
import re
import shutil
import threading
import time
import urllib.parse

import pytest
from playwright.sync_api import TimeoutError, sync_playwright
from support import HANGING

ROOT = pathlib.Path(__file__).resolve().parents[1]
BUILT = ROOT / "_build" / "html"
HERE = "127.0.0.1"
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1300, "height": 900}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SLIDER = ".rnncourse-flipbook"  # the name that rnncourse.widgets.flipbook gives
VIEW = "application/vnd.jupyter.widget-view+json"
PATIENCE = 120.0  # seconds for something to appear; it is there at once unless the page is broken or the machine busy
BRIEF = 2.0  # where it never appears
FRONT = pathlib.Path("index.html")  # it only sends the reader on to the introduction
MATH = "span.math, div.math"  # Sphinx marks math so; MathJax fills these elements


def built_pages():
    """Paths below _build/html, without the templates that the theme ships."""
    pages = sorted(path.relative_to(BUILT) for path in BUILT.rglob("*.html"))
    return [page for page in pages if page.parts[0] not in ("_static", "_sources")]


def chapters():
    return [page for page in built_pages() if (ROOT / page).with_suffix(".ipynb").exists()]


# --- the text of a page, read without a browser ---------------------------------------------------

LOADING_LINKS = {
    "stylesheet",
    "preload",
    "modulepreload",
    "prefetch",
    "preconnect",
    "icon",
    "manifest",
}
LOADING_TAGS = {
    "script": "src",
    "img": "src",
    "source": "src",
    "iframe": "src",
    "video": "src",
    "audio": "src",
    "embed": "src",
    "object": "data",
}
CSS_ADDRESS = re.compile(r"""(?:url\(|@import)\s*["']?\s*((?:https?:)?//[^"')\s]+)""", re.IGNORECASE)


class Loads(html.parser.HTMLParser):
    """Collect the addresses from which a page loads something, not the links to follow."""

    def __init__(self):
        super().__init__()
        self.addresses = []
        self.in_style = False

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.in_style = tag == "style"
        if tag in LOADING_TAGS:
            self.addresses.append(attributes.get(LOADING_TAGS[tag]) or "")
        if tag == "link" and LOADING_LINKS & set((attributes.get("rel") or "").lower().split()):
            self.addresses.append(attributes.get("href") or "")
        self.addresses += CSS_ADDRESS.findall(attributes.get("style") or "")

    def handle_endtag(self, tag):
        self.in_style = False

    def handle_data(self, text):
        if self.in_style:
            self.addresses += CSS_ADDRESS.findall(text)


def loads_from_elsewhere(path):
    """Addresses on other hosts that a page or a style sheet names as something to load."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".css":
        addresses = CSS_ADDRESS.findall(text)
    else:
        loads = Loads()
        loads.feed(text)
        addresses = loads.addresses
    return [
        f"{path.name} loads {address}"
        for address in addresses
        if re.match(r"(https?:)?//", address, flags=re.IGNORECASE)
    ]


# --- a page in the browser ------------------------------------------------------------------------


class Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass  # the complaints say what failed

    def do_GET(self):
        if self.path == "/favicon.ico":  # a browser asks for it unbidden; a page needs none
            self.send_response(204)
            self.end_headers()
        else:
            super().do_GET()


def serve(folder):
    handler = functools.partial(Handler, directory=str(folder))
    server = http.server.ThreadingHTTPServer((HERE, 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def address_of(server):
    return f"http://{HERE}:{server.server_address[1]}"


class Visit:
    """One page, opened; ``complaints`` fills while the page loads and is used."""

    def __init__(self, context, url):
        self.url = url
        self.complaints = []
        self.page = context.new_page()
        self.page.route("**/*", self._only_from_here)
        self.page.on("pageerror", lambda error: self._add("script error", error))
        self.page.on("console", self._console)
        self.page.on("requestfailed", lambda request: self._add("request failed", request.url))
        self.page.on("response", self._response)
        self.page.goto(url)
        self.page.wait_for_load_state("load")
        self.page.evaluate("() => window.MathJax?.startup?.promise")

    def _add(self, what, detail):
        self.complaints.append(f"{what}: {str(detail).splitlines()[0]}")

    def _console(self, message):
        # the browser's own line about a request repeats what _response says, without the address
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self._add("console error", message.text)

    def _response(self, response):
        if response.status >= 400:
            self._add(f"status {response.status}", response.url)

    def _only_from_here(self, route):
        address = urllib.parse.urlsplit(route.request.url)
        if address.hostname == HERE or address.scheme == "file":
            route.continue_()
        else:
            self._add("external request", route.request.url)
            route.abort()


def math_is_typeset(page):
    """Every piece of math holds MathJax's picture, and none holds an error or an unknown macro."""
    return page.evaluate(
        """(math) => [
            ...[...document.querySelectorAll(math)]
                .filter((e) => !e.querySelector("mjx-container svg"))
                .map((e) => "math not typeset: " + e.textContent.trim()),
            ...[...document.querySelectorAll(
                "[data-mml-node=merror], mjx-merror, mjx-container [data-mml-node=mtext][fill=red]"
            )].map((e) => "math error: "
                + (e.getAttribute("data-mjx-error") || e.closest("mjx-container").textContent)),
        ]""",
        MATH,
    )


def widgets_are_shown(page):
    """Each widget that the notebook stored is drawn."""
    try:
        page.wait_for_function(
            f"""() => [...document.querySelectorAll("script[type='{VIEW}']")]
                .every((e) => e.parentElement.querySelector(".widget-subarea > *"))""",
            timeout=1000 * PATIENCE,
        )
    except TimeoutError:
        return ["a stored widget is not drawn"]
    return []


def images_have_alt(page):
    return page.evaluate(
        """() => [...document.images].filter((e) => !e.hasAttribute("alt"))
            .map((e) => "image without alt: " + e.src.slice(0, 80))"""
    )


def fits_a_phone(page):
    """At 390 pixels the page doesn't scroll sideways."""
    page.set_viewport_size(PHONE)
    complaints = page.evaluate(
        """() => {
            const width = document.documentElement.scrollWidth;
            if (width <= innerWidth) return [];
            const wide = [...document.body.querySelectorAll("*")]
                .filter((e) => e.getBoundingClientRect().right > innerWidth + 1).pop();
            return [`${width} pixels wide on a phone: ${wide?.outerHTML.slice(0, 120)}`];
        }"""
    )
    page.set_viewport_size(DESK)
    return complaints


def solutions_unfold(page):
    """Each solution is folded at first, and the keyboard opens and closes it."""
    complaints = []
    for number, solution in enumerate(page.locator(".solution.dropdown").all(), start=1):
        body, button = solution.locator("> section").first, solution.locator("button").first
        for key, visible in ((None, False), ("Enter", True), ("Space", False)):
            if key is not None:
                button.press(key)
            try:
                body.wait_for(state="visible" if visible else "hidden", timeout=1000 * PATIENCE)
            except TimeoutError:
                complaints.append(f"solution {number} is {'folded' if visible else 'open'} after {key or 'loading'}")
            if button.get_attribute("aria-expanded") != str(visible).lower():
                complaints.append(f"solution {number}: a screen reader isn't told whether it is open after {key}")
    return complaints


def sliders_move(page):
    """Each flipbook answers to the mouse and to the arrow keys, and tells a screen reader so."""
    return [
        f"slider {number}: {complaint}"
        for number, book in enumerate(page.locator(SLIDER).all(), start=1)
        for complaint in complaints_about_slider(page, book)
    ]


def complaints_about_slider(page, book):
    handle, track = book.locator(".noUi-handle"), book.locator(".noUi-base")
    end = track.bounding_box()["width"] - 2
    moves = {
        "ArrowRight": lambda: handle.press("ArrowRight"),
        "ArrowLeft": lambda: handle.press("ArrowLeft"),
        "a click at the end": lambda: track.click(position={"x": end, "y": 1}, force=True),
    }
    picture, caption = frame_of(page, book)
    for name, move in moves.items():
        old_picture, old_caption = picture, caption
        move()
        picture, caption = next_frame(page, book, picture, caption)
        if len(picture) != 1 or len(caption) != 1:
            yield f"{len(picture)} pictures and {len(caption)} captions are shown after {name}"
        if picture == old_picture:
            yield f"{name} doesn't change the picture"
        if caption == old_caption:
            yield f"{name} doesn't change the caption"

    shown = book.locator(".widget-readout").text_content()
    if handle.get_attribute("aria-valuetext") != shown:
        yield f"a screen reader isn't told the value {shown}"
    if not handle.get_attribute("aria-label"):
        yield "its handle has no name for a screen reader"
    if not book.locator("[aria-live=polite]:has([role=status])").count():
        yield "the caption is not in a live region"


def next_frame(page, book, old_picture, old_caption):
    """What a flipbook shows once both have changed, or when the patience is over."""
    end = time.monotonic() + PATIENCE
    while True:  # the widget manager swaps the frame a little later, on a busy machine much later
        page.wait_for_timeout(50)
        picture, caption = frame_of(page, book)
        if (picture != old_picture and caption != old_caption) or time.monotonic() > end:
            return picture, caption


def frame_of(page, book):
    """The pictures and the captions that a flipbook shows: one of each."""
    pictures = book.locator("img, .rnncourse-drawing").evaluate_all("all => all.map((e) => e.src || e.outerHTML)")
    return pictures, book.locator("[role=status]").all_text_contents()


def search_finds(context, base, word, page_name):
    """The search page finds the page by a word of it."""
    visit = Visit(context, f"{base}/search.html?q={urllib.parse.quote(word)}")
    hit = visit.page.locator(f'#search-results li a[href*="{page_name}"]')
    try:
        hit.first.wait_for(timeout=1000 * PATIENCE)
    except TimeoutError:
        visit.complaints.append(f"the search for {word!r} doesn't find {page_name}")
    visit.page.close()
    return visit.complaints


def complaints_about(context, url):
    """Everything that is wrong with one page."""
    visit = Visit(context, url)
    page = visit.page
    checks = [widgets_are_shown, math_is_typeset, images_have_alt, fits_a_phone, solutions_unfold, sliders_move]
    found = [complaint for check in checks for complaint in check(page)]
    page.close()
    return visit.complaints + found


# --- fixtures -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def context():
    """A browser context; without a browser the tests skip, unless RNNCOURSE_REQUIRE_BROWSER=1."""
    names = ("chromium", "chromium-browser", "google-chrome")
    program = next(filter(None, map(shutil.which, names)), None)
    if program is None:
        reason = f"no browser: none of {', '.join(names)} is on the PATH"
        if os.environ.get("RNNCOURSE_REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS, timeout=1000 * HANGING)
        context = browser.new_context(viewport=DESK)
        context.set_default_timeout(1000 * HANGING)
        yield context
        browser.close()


@pytest.fixture(scope="module")
def book():
    """The address of the built book."""
    if not chapters():
        pytest.fail("no chapter in _build/html: run `make book` first")
    server = serve(BUILT)
    yield address_of(server)
    server.shutdown()
    server.server_close()


# --- the book -------------------------------------------------------------------------------------


def test_the_book_is_built():
    assert chapters(), "no chapter in _build/html: run `make book` first"


@pytest.mark.parametrize("page", [page for page in built_pages() if page != FRONT], ids=str)
def test_page_works_without_network(context, book, page):
    complaints = complaints_about(context, f"{book}/{page.as_posix()}")
    assert not complaints, "\n".join(complaints)


def test_the_front_page_leads_into_the_book(context, book):
    page = context.new_page()
    page.goto(f"{book}/{FRONT}")
    page.locator("article h1").wait_for()
    assert page.url != f"{book}/{FRONT}"
    page.close()


def test_nothing_is_loaded_from_elsewhere():
    files = [BUILT / page for page in built_pages()] + sorted(BUILT.rglob("*.css"))
    complaints = [complaint for path in files for complaint in loads_from_elsewhere(path)]
    assert not complaints, "\n".join(complaints)


@pytest.mark.parametrize("page", chapters()[:1], ids=str)
def test_a_chapter_works_from_the_disk(context, page):
    complaints = complaints_about(context, (BUILT / page).as_uri())
    assert not complaints, "\n".join(complaints)


@pytest.mark.parametrize("page", chapters(), ids=str)
def test_search_finds_each_chapter(context, book, page):
    text = html.unescape((BUILT / page).read_text(encoding="utf-8"))
    title = re.search("<title>(.*) — ", text)[1]
    words = set(re.findall(r"\w+", title)) - {"The"}  # the search leaves out articles
    word = max(sorted(words), key=len)
    assert search_finds(context, book, word, page.name) == []


QUESTIONS = [
    ("exploding gradients", "vanishing_gradients.html"),
    ("forget gate bias", "when_it_doesnt_work.html#forget-gate-bias"),
    ("batch_first", "when_it_doesnt_work.html#why-do-the-shapes-not-fit"),
    ("LSTM vs GRU", "when_it_doesnt_work.html#lstm-vs-gru"),
    ("why is my loss nan", "when_it_doesnt_work.html#why-is-my-loss-nan"),
    ("dropout", "craft_of_training.html#dropout"),
]


@pytest.mark.parametrize(("question", "place"), QUESTIONS)
def test_search_has_the_right_section_first(context, book, question, place):
    visit = Visit(context, f"{book}/search.html?q={urllib.parse.quote(question)}")
    first = visit.page.locator("#search-results li a").first
    first.wait_for(timeout=1000 * PATIENCE)
    assert place in first.get_attribute("href")
    visit.page.close()


def test_paper_is_light(context, book):
    """A page that is read in the dark theme is printed in the light one, and is dark again afterwards."""
    visit = Visit(context, f"{book}/book/lstm.html")
    visit.page.evaluate(
        """() => {
            const root = document.documentElement;
            root.dataset.theme = "dark";
            window.printed = [];
            const note = () => window.printed.push([root.dataset.theme, getComputedStyle(document.body).color]);
            addEventListener("beforeprint", note);
        }"""
    )
    dark = visit.page.evaluate("getComputedStyle(document.body).color")
    assert visit.page.pdf().startswith(b"%PDF")
    [[theme, colour]] = visit.page.evaluate("window.printed")
    assert theme == "light" and colour != dark
    assert visit.page.evaluate("document.documentElement.dataset.theme") == "dark"
    visit.page.close()


# --- each check can fail --------------------------------------------------------------------------

GOOD = f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Good</title>
<script src="slider.js" defer></script><link rel="stylesheet" href="good.css">
<link rel="canonical" href="https://example.org/good.html"></head><body>
<a href="https://example.org">a link to follow is fine</a>
<img src="dot.svg" alt="a dot">
<span class="math"><mjx-container><svg width="9" height="9"></svg></mjx-container></span>
<div class="solution dropdown"><p>Solution <button type="button" aria-expanded="false">show</button></p>
<section hidden>42</section></div>
<div><script type="{VIEW}">{{}}</script><div class="widget-subarea">
<div class="rnncourse-flipbook"><div class="noUi-base" style="width: 200px; height: 20px">
<div class="noUi-handle" tabindex="0" aria-label="lag">o</div></div><p class="widget-readout">1</p>
<div aria-live="polite"><img src="dot.svg?1" alt="frame"><p role="status">frame 1</p></div>
</div></div></div></body></html>"""
SCRIPT = """let at = 1;
const one = (name) => document.querySelector(name), handle = one(".noUi-handle");
function show(k) {
  at = k;
  one("[aria-live] img").src = "dot.svg?" + k;
  one("[role=status]").textContent = "frame " + k;
  one(".widget-readout").textContent = k;
  handle.setAttribute("aria-valuetext", k);
}
handle.addEventListener("keydown", ({ key }) => {
  if (key === "ArrowRight") show(at + 1);
  if (key === "ArrowLeft") show(at - 1);
});
one(".noUi-base").addEventListener("click", () => show(9));
one("button").addEventListener("click", () => {
  const folded = one("section").toggleAttribute("hidden");
  one("button").setAttribute("aria-expanded", !folded);
});"""
DOT = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle r="4"/></svg>'


def good_site(folder):
    folder.joinpath("page.html").write_text(GOOD, encoding="utf-8")
    folder.joinpath("slider.js").write_text(SCRIPT, encoding="utf-8")
    folder.joinpath("good.css").write_text("body { color: black }", encoding="utf-8")
    folder.joinpath("dot.svg").write_text(DOT, encoding="utf-8")


def damage(folder, name, old, new):
    text = folder.joinpath(name).read_text(encoding="utf-8")
    assert old in text
    folder.joinpath(name).write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    server = serve(folder)
    yield folder, f"{address_of(server)}/page.html"
    server.shutdown()
    server.server_close()


BROKEN = [
    (
        "external request",
        "page.html",
        "</body>",
        "<script src='https://example.org/a.js'></script>",
    ),
    ("external request", "good.css", "black", "black; background: url(http://example.org/a.png)"),
    (
        "external request",
        "slider.js",
        "let at",
        "fetch('https://example.org').catch(() => 0);let at",
    ),
    ("status 404", "page.html", 'src="dot.svg"', 'src="missing.svg"'),
    ("status 404", "page.html", "good.css", "missing.css"),
    (
        "script error: .*no such thing",
        "slider.js",
        "let at",
        "throw Error('no such thing'); let at",
    ),
    ("console error: wrong", "slider.js", "let at", "console.error('wrong'); let at"),
    ("stored widget is not drawn", "page.html", "widget-subarea", "widget-area"),
    (r"math not typeset: \\alpha", "page.html", "</body>", "<p><span class=math>\\alpha</span>"),
    ("math error: x", "page.html", "<svg ", "<g data-mml-node=merror data-mjx-error=x></g><svg "),
    ("math error", "page.html", "<svg ", "<g data-mml-node=mtext fill=red></g><svg "),
    ("image without alt", "page.html", 'alt="a dot"', ""),
    ("pixels wide", "page.html", "</body>", "<div style='width: 500px'>wide</div>"),
    ("solution 1 is open after loading", "page.html", "<section hidden>", "<section>"),
    ("solution 1 is folded after Enter", "slider.js", 'one("section").toggleAttribute("hidden")', "false"),
    ("isn't told whether it is open", "slider.js", '"aria-expanded", !folded', '"aria-expanded", false'),
    ("ArrowRight doesn't", "slider.js", "ArrowRight", "PageUp"),
    ("ArrowLeft doesn't", "slider.js", "ArrowLeft", "PageDown"),
    ("a click at the end doesn't", "slider.js", '"click"', '"dblclick"'),
    ("doesn't change the picture", "slider.js", '"dot.svg?" + k', '"dot.svg?1"'),
    ("doesn't change the caption", "slider.js", '"frame " + k', '"frame"'),
    (
        "2 pictures and 1 captions are shown",
        "page.html",
        '<p role="status">',
        '<img src="dot.svg" alt="">x<p role="status">',
    ),
    ("isn't told the value 9", "slider.js", '"aria-valuetext", k', '"aria-valuetext", k - 1'),
    ("no name for a screen reader", "page.html", ' aria-label="lag"', ""),
    ("not in a live region", "page.html", ' aria-live="polite"', ' aria-live="off"'),
]


def test_a_good_page_has_no_complaint(context, site):
    folder, url = site
    good_site(folder)
    assert complaints_about(context, url) == []
    assert loads_from_elsewhere(folder / "page.html") == []


@pytest.fixture
def brief(monkeypatch):
    """Little patience, for a page on which something never appears."""
    monkeypatch.setitem(globals(), "PATIENCE", BRIEF)


@pytest.mark.parametrize(("complaint", "name", "old", "new"), BROKEN)
def test_check_sees_the_damage(context, site, brief, complaint, name, old, new):
    folder, url = site
    good_site(folder)
    damage(folder, name, old, new)
    found = complaints_about(context, url)
    assert any(re.search(complaint, one) for one in found), found


@pytest.mark.parametrize(
    "loading",
    [
        "<script src='https://example.org/a.js'></script>",
        "<script async src=//example.org/a.js></script>",
        "<link rel=stylesheet href=http://example.org/a.css>",
        "<link rel='preload' as=font href=https://example.org/a.woff2>",
        "<img src=https://example.org/a.png alt=''>",
        "<iframe src=https://example.org></iframe>",
        "<style>@import 'https://example.org/a.css';</style>",
        "<style>p { background: url(https://example.org/a.png) }</style>",
        "<p style='background: url(//example.org/a.png)'>",
    ],
)
def test_text_that_loads_from_elsewhere_is_seen(tmp_path, loading):
    good_site(tmp_path)
    damage(tmp_path, "page.html", "</body>", loading + "</body>")
    assert len(loads_from_elsewhere(tmp_path / "page.html")) == 1


def test_a_style_sheet_that_loads_from_elsewhere_is_seen(tmp_path):
    path = tmp_path / "a.css"
    path.write_text("@font-face { src: url('https://example.org/a.woff2') }", encoding="utf-8")
    assert loads_from_elsewhere(path) == ["a.css loads https://example.org/a.woff2"]


def test_a_search_without_a_result_is_seen(context, site, brief):
    folder, url = site
    good_site(folder)
    folder.joinpath("search.html").write_text("<ul id=search-results></ul>", encoding="utf-8")
    found = search_finds(context, url.removesuffix("/page.html"), "elephant", "page.html")
    assert found == ["the search for 'elephant' doesn't find page.html"]
