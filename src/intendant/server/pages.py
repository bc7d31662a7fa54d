"""The few HTML pages until the console comes: one layout, no script, everything escaped."""

from collections.abc import Iterable
from datetime import datetime
from html import escape

from fastapi.responses import HTMLResponse

MARK = (
    '<svg class="mark" viewBox="0 0 32 32" aria-hidden="true"><path d="M16 3 29 10v12l-13 7L3 22V10z"/>'
    '<path class="inner" d="M11 11h10M16 11v11M11 22h10"/></svg>'
)


def layout(title: str, body: str, *, head: str = "", header: str = "", narrow: bool = False) -> str:
    """Put a page's body into the frame that all pages share. `body`, `head` and `header` are HTML."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">'
        f'<title>{escape(title)} · Intendant</title><link rel="icon" href="/static/mark.svg" type="image/svg+xml">'
        f'<link rel="stylesheet" href="/static/landing.css">{head}</head><body>'
        f'<header class="top"><a class="brand" href="/">{MARK}<span>Intendant</span></a><div class="top-right">{header}</div>'
        f"</header><main{' class=narrow' if narrow else ''}>{body}</main></body></html>"
    )


def html(page: str, status: int = 200) -> HTMLResponse:
    """Answer with a page."""
    return HTMLResponse(page, status)


def sign_in_page(*, error: str | None = None, email: str = "", next_path: str = "/") -> str:
    """Show the form for e-mail and password."""
    return layout(
        "Sign in",
        '<section class="card"><h1>Sign in</h1>'
        + _error(error)
        + '<form method="post" action="/sign-in">'
        + f'<input type="hidden" name="next" value="{escape(next_path)}">'
        + '<label>E-mail<input name="email" type="email" autocomplete="username" required autofocus maxlength="254"'
        + f' value="{escape(email)}"></label>'
        + '<label>Password<input name="password" type="password" autocomplete="current-password" required maxlength="200">'
        + '</label><button>Sign in</button></form><p class="hint">No password yet, or forgotten? An administrator makes a'
        + " one-time link with <code>intendant user reset EMAIL</code>.</p></section>",
        narrow=True,
    )


def link_page(token: str, *, error: str | None = None) -> str:
    """Show the button that uses a one-time link: a preview of the link does not press it."""
    body = (
        '<section class="card"><h1>Welcome</h1>'
        + _error(error)
        + "<p>This link signs you in once. It works for 15 minutes from its making.</p>"
        + f'<form method="post" action="/sign-in/{escape(token)}"><button autofocus>Sign in</button></form></section>'
    )
    return layout("Sign in", body, narrow=True)


def reset_page(token: str, *, error: str | None = None) -> str:
    """Show the form for a new password."""
    body = (
        '<section class="card"><h1>Choose a password</h1>'
        + _error(error)
        + f'<form method="post" action="/reset/{escape(token)}"><label>New password'
        + '<input name="password" type="password" autocomplete="new-password" required minlength="12" maxlength="200" autofocus>'
        + "</label><button>Set password and sign in</button></form>"
        + '<p class="hint">At least 12 characters; a few unrelated words do well. All other sessions end.</p></section>'
    )
    return layout("Choose a password", body, narrow=True)


def message_page(title: str, message: str) -> str:
    """Show a plain message."""
    return layout(
        title,
        f'<section class="card"><h1>{escape(title)}</h1><p>{escape(message)}</p>'
        '<p><a href="/sign-in">Sign in with a password</a></p></section>',
        narrow=True,
    )


def table(columns: Iterable[str], rows: Iterable[Iterable[str]], *, empty: str) -> str:
    """Write a table whose cells are HTML already."""
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    if not body:
        return f'<p class="empty">{escape(empty)}</p>'
    head = "".join(f"<th>{escape(column)}</th>" for column in columns)
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def badge(text: str, tone: str) -> str:
    """Write a short word with a coloured dot; `tone` is good, wait, bad or calm."""
    return f'<span class="badge {escape(tone)}">{escape(text)}</span>'


def moment(at: datetime) -> str:
    """Write a moment so that people and programs can read it."""
    return f'<time datetime="{at.isoformat()}">{at:%d %b %Y, %H:%M:%S}</time>'


def _error(error: str | None) -> str:
    return f'<p class="error" role="alert">{escape(error)}</p>' if error else ""
