"""The design system keeps its promises: contrast, no inline code, icons and imports that exist, a small style sheet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import brotli
import jinja2
import pytest
from django.template import engines
from jinja2 import meta, nodes
from markupsafe import Markup

import revivatech
from revivatech.platform.ui import navigation
from revivatech.platform.ui.bundles import BUNDLES, inline_imports
from revivatech.platform.ui.functions import draw_icon, present
from revivatech.platform.ui.modules import join_modules
from revivatech.platform.ui.tokens import Pair, colours, contrast, measured_pairs

CODE = Path(revivatech.__file__).parent
STATIC = CODE / "platform" / "ui" / "static"
CSS = STATIC / "ui" / "css"
BRAND = {
    "trust-blue": "#add8e6",
    "deep-trust": "#1a5266",
    "mid-blue": "#4a9fcc",
    "teal": "#008080",
    "deep-teal": "#0f766e",
    "neutral-grey": "#36454f",
}
CSS_BUDGET = 25 * 1024


def environment() -> jinja2.Environment:
    env: jinja2.Environment = engines["jinja2"].env  # type: ignore[attr-defined]
    return env


def template_names() -> list[str]:
    return [name for name in environment().list_templates() if name.endswith((".html", ".txt"))]


def source(name: str) -> str:
    env = environment()
    assert env.loader is not None
    return env.loader.get_source(env, name)[0]


def style_sheets() -> Iterator[Path]:
    return CODE.glob("**/static/**/*.css")


def test_brand_colours_are_exact() -> None:
    assert {name: colours()[name] for name in BRAND} == {name: (value, value) for name, value in BRAND.items()}


@pytest.mark.parametrize("pair", measured_pairs(), ids=lambda pair: f"{pair.foreground}-on-{pair.background}")
def test_pair_can_be_read(pair: Pair) -> None:
    assert pair.light >= pair.least, f"light theme: {pair.light:.2f}"
    assert pair.dark >= pair.least, f"dark theme: {pair.dark:.2f}"


def test_contrast_agrees_with_known_values() -> None:
    assert round(contrast("#ffffff", "#000000"), 2) == 21
    assert round(contrast("#1a5266", "#add8e6"), 2) == 5.63
    assert round(contrast("#ffffff", "#008080"), 2) == 4.77


def test_every_style_sheet_is_whole() -> None:
    """Files are joined into one: a brace missing in one would swallow the next."""
    assert [path.name for path in style_sheets() if path.read_text().count("{") != path.read_text().count("}")] == []


def test_style_sheets_use_only_known_properties() -> None:
    everything = {path: path.read_text() for path in style_sheets()}
    defined = {name for text in everything.values() for name in re.findall(r"(?:^|[\s{;])--([\w-]+):", text)}
    defined |= {name for text in everything.values() for name in re.findall(r"@property --([\w-]+)", text)}
    used = {(name, path.name) for path, text in everything.items() for name in re.findall(r"var\(--([\w-]+)", text)}
    assert {(name, file) for name, file in used if name not in defined} == set()


def test_style_sheets_work_from_right_to_left() -> None:
    physical = re.compile(
        r"(?:margin|padding|border)-(?:left|right)|(?:^|\s)(?:left|right):|text-align: (?:left|right)", re.M
    )
    assert {
        path.name: physical.findall(path.read_text()) for path in style_sheets() if physical.search(path.read_text())
    } == {}


def test_colours_stand_in_the_tokens_only() -> None:
    """Elsewhere a colour has a name, so that both themes and the contrast test know it."""
    found = {
        path.name: re.findall(r"#[0-9a-f]{3,8}\b(?!')", re.sub(r'url\(".*?"\)', "", path.read_text()))
        for path in style_sheets()
        if path.name != "tokens.css"
    }
    assert {name: values for name, values in found.items() if values} == {}


def test_bundle_holds_every_file_and_fits_the_budget() -> None:
    imported = set(re.findall(r'@import "([^"]+)"', (CSS / "ui.css").read_text()))
    written = {path.relative_to(CSS).as_posix() for path in CSS.glob("**/*.css")} - {"ui.css"}
    shared = {path for path in imported if path.startswith("../../")}
    assert imported - shared == written
    assert all(list(CODE.glob(f"*/static/{path.removeprefix('../../')}")) for path in shared)
    for name in BUNDLES:
        bundle = inline_imports(name, lambda path: next(CODE.glob(f"**/static/{path}")).read_text())
        assert "@import" not in bundle
        assert len(brotli.compress(bundle.encode())) <= CSS_BUDGET


def test_every_template_compiles() -> None:
    for name in template_names():
        environment().get_template(name)


def test_every_reference_between_templates_resolves() -> None:
    env = environment()
    missing = []
    for name in template_names():
        tree = env.parse(source(name))
        known = {target: exports(target) for target in meta.find_referenced_templates(tree) if target}
        for found in tree.find_all(nodes.FromImport):
            if not isinstance(found.template, nodes.Const):
                continue
            names = [item if isinstance(item, str) else item[0] for item in found.names]
            missing += [(name, found.template.value, item) for item in names if item not in known[found.template.value]]
    assert missing == []


@cache
def exports(name: str) -> set[str]:
    tree = environment().parse(source(name))
    macros = {macro.name for macro in tree.find_all(nodes.Macro)}
    return macros | {
        assign.target.name for assign in tree.find_all(nodes.Assign) if isinstance(assign.target, nodes.Name)
    }


def test_templates_hold_no_inline_code() -> None:
    """The content-security policy would refuse it. E-mails have no such policy and no other way.
    Modules are named for start.js: a script element would be waited for before the page is seen."""
    inline = re.compile(r"""\sstyle=|<style|<script|\son[a-z]+=["']|javascript:""")
    found = {
        name: inline.findall(source(name))
        for name in template_names()
        if "email/" not in name and inline.search(source(name))
    }
    assert found == {}


def icons_in_sprite() -> list[str]:
    return re.findall(r'<symbol id="([^"]+)"', (STATIC / "ui" / "icons.svg").read_text())


def test_every_icon_used_is_in_the_sprite() -> None:
    known = icons_in_sprite()
    assert len(known) == len(set(known))
    called = re.compile(r"""\b(?:icon|draw)\(\s*["']([a-z0-9-]+)["']|\bicon=["']([a-z0-9-]+)["']""")
    used = {(one or two, name) for name in template_names() for one, two in called.findall(source(name))}
    items = [item for _title, group in navigation.STAFF for item in group] + list(navigation.PUBLIC)
    used |= {(item.icon, "navigation") for item in items}
    assert {(icon, where) for icon, where in used if icon not in known} == set()


def test_present_drops_what_is_none_and_adds_up_classes() -> None:
    assert present({"class": "input", "id": None}, {"class": "wide", "id": "x"}) == {"class": "input wide", "id": "x"}


def test_modules_are_joined_into_scopes_of_their_own() -> None:
    sources = {
        "a/base.js": 'import { one } from "./one.js";\nimport "./two.js";\nlet own = one();\nexport { one };\n',
        "a/one.js": '/* What it is for. */\nimport words from "./words.js";\nlet own = 1;\nexport function one() {\n  return words[own];\n}\n',
        "a/two.js": '// A note.\nimport { one } from "./one.js";\none();\n',
        "a/words.js": "export default [1, 2];\n",
        "a/late.js": 'import { one } from "./one.js";\nimport other from "./other.js";\nother(one());\n',
        "a/other.js": "export default () => {};\n",
        "b/page.js": 'import "../a/two.js";\nimport words from "../a/words.js";\nwords.pop();\n',
    }
    made = join_modules("a/base.js", sources.__getitem__, sources)
    assert made["a/base.js"].count("return words[own]") == 1
    assert "note" not in made["a/base.js"]
    assert {name: text for name, text in made.items() if name != "a/base.js"} == {
        "a/late.js": 'import { in_one } from "./base.js";\nconst { one } = in_one;\nimport other from "./other.js";\nother(one());\n',
        "b/page.js": 'import "../a/base.js";\nimport { in_words } from "../a/base.js";\nconst words = in_words.theDefault;\nwords.pop();\n',
    }


def test_modules_in_a_circle_are_refused() -> None:
    with pytest.raises(ValueError, match="a/one.js → a/two.js → a/one.js"):
        join_modules("a/one.js", {"a/one.js": 'import "./two.js";\n', "a/two.js": 'import "./one.js";\n'}.__getitem__)


def test_a_label_of_an_icon_is_escaped_once() -> None:
    assert draw_icon("check", Markup("Tess&#39;s")) == draw_icon("check", "Tess's")
    assert 'aria-label="a &lt;b&gt;"' in draw_icon("check", "a <b>")


def test_no_package_styles_a_class_of_another_one() -> None:
    """One sheet holds what visitors see first: the same name twice is two looks on one element, and neither is whole."""
    whose: dict[str, set[str]] = {}
    for sheet in style_sheets():
        plain = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL)
        for selectors in re.findall(r"([^{};]+)\{", re.sub(r"\([^()]*\)", "", plain)):
            for name in re.findall(r"(?:^|,)\s*\.([a-z][\w-]*)\s*(?=,|$)", selectors.strip()):
                whose.setdefault(name, set()).add(sheet.relative_to(CODE).parts[0])
    assert {name: packages for name, packages in whose.items() if len(packages) > 1} == {}
