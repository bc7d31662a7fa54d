"""Names and texts that want to be more than text: they stay text, in both forms."""

import io
from dataclasses import replace

import pytest
from pypdf import PdfReader
from tests.support.letters import STATEMENT, head

from intendant.domains.lending.letters.document import dump_document, plain_text
from intendant.domains.lending.letters.html import letter_headers, letter_style, render_html, style_source
from intendant.domains.lending.letters.pdf import render_pdf
from intendant.domains.lending.letters.wording import compose

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    '#read("/etc/passwd")',
    "#panic() = *Heading* $x^2$ @label <label>",
    '#import "@preview/cetz:0.3.0"',
    "\\u{41} // comment /* more */ `raw` ~ -- ---",
    "{{ 7 * 7 }} {% raw %}",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_shown_as_it_is_written(name: str) -> None:
    facts = replace(STATEMENT, head=replace(head(borrower=name), reference=name, product=name))
    document = dump_document(compose(facts))
    page = render_html(document)
    assert "<script>" not in page
    assert "<img" not in page
    assert document["recipient"] == [name]
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(render_pdf(document))).pages)
    flat = "".join(text.split())
    # Typography may set dashes and quotes, so letters and signs are compared without them.
    wanted = "".join(name.split())
    assert wanted in flat, text[:600]
    assert "root:" not in text


def test_marks_that_turn_text_around_are_left_out() -> None:
    assert plain_text("Ada\u202egnp.exe\u200b \x00\x07Love\nlace\u2066") == "Adagnp.exe Love lace"
    assert len(plain_text("x" * 10_000)) == 2_000


def test_a_page_may_load_nothing_and_run_nothing() -> None:
    policy = letter_headers()["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert style_source(letter_style()) in policy
    page = render_html(dump_document(compose(STATEMENT)))
    assert f"<style>{letter_style()}</style>" in page
    assert "http" not in page.replace("meridian.example", "")
