"""The few pages without a script: the ways in, the reference, and what stands where the console is not built. All is escaped."""

from html import escape

from fastapi.responses import HTMLResponse

MARK = (
    '<svg class="mark" viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="9"/>'
    '<path class="inner" d="M11.5 10h9M16 10v12M11.5 22h9"/></svg>'
)


def layout(title: str, body: str, *, header: str = "", narrow: bool = False) -> str:
    """Put a page's body into the frame that all pages share. `body` and `header` are HTML; narrow pages have no header."""
    brand = f'<a class="brand" href="/">{MARK}<span>Intendant</span></a>'
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">'
        '<meta name="color-scheme" content="light dark">'
        '<meta name="theme-color" media="(prefers-color-scheme: light)" content="#fbfbfd">'
        '<meta name="theme-color" media="(prefers-color-scheme: dark)" content="#14151a">'
        f'<title>{escape(title)} · Intendant</title><link rel="icon" href="/static/mark.svg" type="image/svg+xml">'
        '<link rel="stylesheet" href="/static/pages.css"></head>'
        + (
            f'<body class="narrow"><header>{brand}</header><main>{body}</main></body></html>'
            if narrow
            else f'<body><header class="top">{brand}<div class="top-right">{header}</div></header><main>{body}</main></body></html>'
        )
    )


def html(page: str, status: int = 200) -> HTMLResponse:
    """Answer with a page."""
    return HTMLResponse(page, status)


def sign_in_page(*, error: str | None = None, email: str = "", next_path: str = "/") -> str:
    """Show the form for e-mail and password."""
    first, second = (" autofocus", "") if not email else ("", " autofocus")
    return layout(
        "Sign in",
        '<section class="card"><h1>Sign in</h1><p class="lead">to the console of your business</p>'
        + _error(error)
        + '<form method="post" action="/sign-in">'
        + f'<input type="hidden" name="next" value="{escape(next_path)}">'
        + '<label>E-mail<input name="email" type="email" inputmode="email" autocomplete="username" autocapitalize="none"'
        + f' spellcheck="false" required maxlength="254" value="{escape(email)}"{first}></label>'
        + '<label>Password<input name="password" type="password" autocomplete="current-password" required maxlength="200"'
        + f"{second}></label><button>Sign in</button></form></section>"
        + '<details class="hint"><summary>No password yet, or forgotten?</summary><p>An administrator makes a link for you under'
        + " <em>Settings, Users</em>, or on the server with <code>intendant user reset EMAIL</code>. The link works once, for"
        + " 15 minutes.</p></details>",
        narrow=True,
    )


def link_page(token: str, *, error: str | None = None) -> str:
    """Show the button that uses a one-time link: a preview of the link does not press it."""
    body = (
        '<section class="card"><h1>Welcome</h1><p class="lead">This link signs you in once. It works for 15 minutes from its'
        " making.</p>"
        + _error(error)
        + f'<form method="post" action="/sign-in/{escape(token)}"><button autofocus>Sign in</button></form></section>'
    )
    return layout("Sign in", body, narrow=True)


def reset_page(token: str, *, error: str | None = None) -> str:
    """Show the form for a new password."""
    body = (
        '<section class="card"><h1>Choose a password</h1><p class="lead">All other sessions of yours end.</p>'
        + _error(error)
        + f'<form method="post" action="/reset/{escape(token)}"><label>New password'
        + '<input name="password" type="password" autocomplete="new-password" required minlength="12" maxlength="200"'
        + ' aria-describedby="advice" autofocus></label>'
        + '<p class="advice" id="advice">At least 12 characters. A few unrelated words do well.</p>'
        + "<button>Set password and sign in</button></form></section>"
    )
    return layout("Choose a password", body, narrow=True)


def message_page(title: str, message: str) -> str:
    """Show a plain message, and the ways on."""
    return layout(
        title,
        f'<section class="card"><h1>{escape(title)}</h1><p>{escape(message)}</p>'
        '<p class="ways"><a href="/sign-in">Sign in with a password</a> <a href="/">Open the console</a></p></section>',
        narrow=True,
    )


def not_built_page() -> str:
    """Say how to build the console; everything else works without it."""
    return layout(
        "The console is not built",
        '<section class="card"><h1>The console is not built</h1><p>The server works and answers programs, but its web pages were'
        " left out when it was installed.</p><p>In a checkout, run <code>make up</code>, or <code>python hatch_build.py</code>"
        " while the server runs and load this page again. Elsewhere, install a wheel that was built with the console.</p>"
        '<p class="ways"><a href="/docs">HTTP reference</a></p></section>',
        narrow=True,
    )


def _error(error: str | None) -> str:
    return f'<p class="error" role="alert">{escape(error)}</p>' if error else ""
