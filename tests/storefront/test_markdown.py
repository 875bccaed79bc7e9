"""Product texts: marked up, never live."""

import pytest

from storefront.markdown import to_html


def test_markdown_becomes_paragraphs_and_lists() -> None:
    assert (
        str(to_html("**Steel** frame\n\n- one\n- two")) == "<p><strong>Steel</strong> frame</p>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:alert(1)'>x</a>",
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "<div hx-get='/x' hx-trigger='load'>x</div>",
        "<svg onload=alert(1)>",
        "<style>body{display:none}</style>",
    ],
)
def test_nothing_that_runs_comes_through(text: str) -> None:
    html = str(to_html(text)).lower()
    assert "<script" not in html
    assert "<img" not in html
    assert "<svg" not in html
    assert "<style" not in html
    assert "<div" not in html
    assert 'href="javascript' not in html
    assert 'href="data' not in html
