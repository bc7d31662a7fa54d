"""Every kind of letter, word for word: the page, and what the PDF itself says when its text is taken out again."""

import io
import re
from pathlib import Path

import pytest
from pypdf import PdfReader
from tests.architecture import golden
from tests.support.letters import ONE_OF_EACH

from intendant.domains.lending.letters.document import dump_document, read_lines
from intendant.domains.lending.letters.html import render_html
from intendant.domains.lending.letters.pdf import render_pdf
from intendant.domains.lending.letters.wording import compose

GOLDEN = Path(__file__).parent / "golden"


def _document(name: str) -> dict[str, object]:
    return dump_document(compose(ONE_OF_EACH[name]))


def _words(text: str) -> str:
    return re.sub(r"\s+", " ", text)


@pytest.mark.parametrize("name", ONE_OF_EACH)
def test_the_page_of_a_letter_is_as_it_was(name: str) -> None:
    golden.check(GOLDEN / f"{name}.html", render_html(_document(name)))


@pytest.mark.parametrize("name", ONE_OF_EACH)
def test_the_text_of_a_pdf_is_as_it_was(name: str) -> None:
    """Text, not bytes: a new version of the typesetter changes these, and may not change a word."""
    pages = PdfReader(io.BytesIO(render_pdf(_document(name)))).pages
    golden.check(GOLDEN / f"{name}.pdf.txt", "\n\f\n".join(page.extract_text() for page in pages) + "\n")


@pytest.mark.parametrize("name", ONE_OF_EACH)
def test_page_and_pdf_say_all_that_the_document_says(name: str) -> None:
    document = _document(name)
    page = _words(re.sub(r"<[^>]*>", " ", render_html(document)).replace("&#x27;", "'"))
    pdf = _words(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(render_pdf(document))).pages))
    for line in read_lines(document):
        for word in _words(line).split():
            assert word in page, (line, word)
            assert word in pdf, (line, word)


def test_the_same_letter_is_the_same_file() -> None:
    assert render_pdf(_document("statement")) == render_pdf(_document("statement"))


def test_a_pdf_is_tagged_named_and_brings_its_fonts() -> None:
    reader = PdfReader(io.BytesIO(render_pdf(_document("offer"))))
    assert reader.metadata is not None
    assert reader.metadata.title == "Your loan offer, L-2026-000123"
    root = reader.trailer["/Root"]
    assert bool(root["/MarkInfo"]["/Marked"].value)
    assert root["/Lang"].startswith("en")
    fonts = reader.pages[0]["/Resources"]["/Font"].values()
    described = [each.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"] for each in fonts]
    assert described
    assert all({"/FontFile2", "/FontFile3"} & set(each.get_object()) for each in described)
