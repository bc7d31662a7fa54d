"""The borrower's pages as HTML: without a script, in the look of the ways in, and with every text escaped."""

from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from html import escape
from importlib.resources import files

from intendant.domains.lending.borrower.view import BorrowerView, LoanView, OfferView
from intendant.domains.lending.letters import figures
from intendant.domains.lending.letters.document import plain_text
from intendant.domains.lending.letters.facts import Lender, LetterKind
from intendant.domains.lending.letters.html import style_source
from intendant.domains.lending.model import ApplicationState
from intendant.domains.lending.servicing.model import LoanState

ZERO = Decimal(0)
PLAN_OPEN_MAX = 12
"""A longer schedule is folded."""

_LETTERS = {
    LetterKind.OFFER: "Your offer",
    LetterKind.SCHEDULE: "Repayment schedule",
    LetterKind.ADVERSE_ACTION: "Our decision and its reasons",
    LetterKind.STATEMENT: "Statement",
    LetterKind.ARREARS: "Overdue payments",
    LetterKind.SETTLEMENT: "Pay-off figure or confirmation",
}
_STANDINGS = {"paid": "Paid", "overdue": "Overdue", "due": "Due today", "planned": "Planned"}
_APPLICATION = {
    ApplicationState.APPROVED: "Your application is approved.",
    ApplicationState.DISBURSED: "Your application is approved, and the money is paid out.",
    ApplicationState.REJECTED: "We could not approve your application. You have a right to know why: the letter tells you.",
    ApplicationState.WITHDRAWN: "Your application was withdrawn.",
    ApplicationState.EXPIRED: "Your application has expired.",
}
_WAITING = "We have your application and are looking at it."


@cache
def page_style() -> str:
    """Return what these pages need beyond the style of the ways in."""
    return (files("intendant.domains.lending.borrower") / "page.css").read_text(encoding="utf-8")


@cache
def page_headers() -> dict[str, str]:
    """Return the headers of every page: no script, no frame, no referrer (the address is the key), and nothing kept."""
    return {
        "Content-Security-Policy": f"default-src 'none'; style-src 'self' {style_source(page_style())}; font-src 'self';"
        " img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
        "X-Robots-Tag": "noindex, nofollow, noarchive",
    }


def layout(title: str, lender: Lender | None, body: str) -> str:
    """Put a page's body into the frame they share."""
    name = "" if lender is None else f'<header class="lender"><p>{_text(lender.name)}</p></header>'
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">'
        '<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex, nofollow">'
        f'<title>{_text(title)}</title><link rel="stylesheet" href="/static/pages.css">'
        f'<style>{page_style()}</style></head><body class="borrower">{name}<main>{body}</main></body></html>'
    )


def not_found_page() -> str:
    """Say that a link does not work, and nothing of why."""
    return layout(
        "This link does not work",
        None,
        '<section class="card"><h1>This link does not work</h1><p>It may have expired, or have been replaced by another. Please'
        " ask your lender for a new one.</p></section>",
    )


def busy_page() -> str:
    """Say that there were too many requests."""
    return layout(
        "Please wait a moment",
        None,
        '<section class="card"><h1>Please wait a moment</h1><p>There were many requests from where you are. Please load the page'
        " again in a minute.</p></section>",
    )


def refused_page(back: str) -> str:
    """Say that an answer could not be taken; the page itself tells how things stand."""
    return layout(
        "That did not work",
        None,
        '<section class="card"><h1>That did not work</h1><p>The offer may have changed or expired meanwhile. Nothing was done.</p>'
        f'<p class="ways"><a href="{escape(back)}">See how it stands now</a></p></section>',
    )


def borrower_page(view: BorrowerView, base: str, *, accept: str = "", decline: str = "", payoff_on: str = "") -> str:
    """Show everything a link opens. `base` is its own path; `accept` and `decline` are the proofs of the offer's forms."""
    parts: list[str] = []
    if view.loan is not None:
        parts += _loan(view, view.loan, base, payoff_on)
    elif view.application is not None:
        parts.append(
            f'<section class="card"><h1>Your application</h1><p class="lead">{_text(view.product)}, {_text(view.reference)}</p>'
            f"<p>{_text(_APPLICATION.get(view.application, _WAITING))}</p></section>"
        )
    if view.offer is not None:
        parts.append(_offer(view.offer, base, accept, decline))
    parts.append(_letters(view, base))
    parts.append(_contact(view))
    title = "Your loan" if view.loan is not None else "Your application"
    return layout(f"{title} {view.reference}", view.lender, "".join(parts))


def _loan(view: BorrowerView, loan: LoanView, base: str, payoff_on: str) -> Iterable[str]:
    currency = loan.currency
    rows: list[tuple[str, str]] = []
    if loan.following is not None:
        rows.append(("Next payment", figures.amount(loan.following.left, currency)))
        rows.append(("Due on", figures.day(loan.following.due)))
    if loan.overdue > 0:
        rows.insert(0, ("Overdue, please pay now", figures.amount(loan.overdue, currency)))
    if loan.state is not LoanState.APPROVED:
        rows.append(("Principal outstanding", figures.amount(loan.outstanding, currency)))
    rows.append(("Amount of the loan", figures.amount(loan.amount, currency)))
    rows.append(("Interest rate, a year", figures.percent(loan.rate)))
    if loan.credit > 0:
        rows.append(("Held for you as credit", figures.amount(loan.credit, currency)))
    yield (
        f'<section class="card"><h1>Your loan</h1><p class="lead">{_text(loan.product)}, {_text(loan.reference)}</p>'
        f'<p class="standing {"late" if loan.overdue > 0 else "well"}">{_text(_standing(loan))}</p>{_facts(rows)}</section>'
    )
    if loan.state in (LoanState.ACTIVE, LoanState.CHARGED_OFF):
        yield _payoff(view, loan, base, payoff_on)
    if loan.plan:
        yield _plan(loan)
    if loan.payments:
        paid = "".join(
            f'<tr><td>{figures.short_day(each.on)}</td><td class="number">{figures.amount(each.amount, currency)}</td></tr>'
            for each in loan.payments
        )
        yield (
            '<section class="card"><h2>Payments received</h2><table><thead><tr><th scope="col">Date</th>'
            f'<th scope="col" class="number">Amount</th></tr></thead><tbody>{paid}</tbody></table></section>'
        )


def _standing(loan: LoanView) -> str:
    match loan.state:
        case LoanState.APPROVED:
            return "Your loan is agreed and will be paid out."
        case LoanState.CLOSED:
            closed = "" if loan.closed_on is None else f" It was closed on {figures.day(loan.closed_on)}."
            return f"Your loan is paid in full.{closed} Thank you."
        case LoanState.OVERPAID:
            return "Your loan is paid in full, and we owe you the credit below."
        case LoanState.CANCELLED:
            return "This loan was cancelled and nothing was paid out."
        case LoanState.WRITTEN_OFF:
            return "This loan is closed."
        case LoanState.ACTIVE | LoanState.CHARGED_OFF:
            return "A payment is overdue." if loan.overdue > 0 else "Everything is paid up to today."


def _payoff(view: BorrowerView, loan: LoanView, base: str, payoff_on: str) -> str:
    found = loan.payoff
    shown = ""
    if found is not None:
        rows = [
            (f"Pays off your loan on {figures.day(found.valid_on)}", found.total),
            ("Principal", found.principal),
            ("Interest", found.interest),
            ("Fees and penalties", found.fees + found.penalties),
        ]
        shown = _facts([(label, figures.amount(value, loan.currency)) for label, value in rows])
    problem = f'<p class="error" role="alert">{_text(loan.payoff_problem)}</p>' if loan.payoff_problem else ""
    chosen = payoff_on or view.today.isoformat()
    return (
        f'<section class="card" id="payoff"><h2>Pay off early</h2>{problem}{shown}'
        f'<form method="get" action="{escape(base)}#payoff"><label>On another day<input type="date" name="payoff_on"'
        f' required min="{view.today.isoformat()}" value="{escape(chosen)}"></label><button>Show the amount</button></form></section>'
    )


def _plan(loan: LoanView) -> str:
    rows = "".join(
        f"<tr><td>{figures.short_day(each.due)}</td>"
        f'<td class="number">{figures.amount(each.total, loan.currency)}</td>'
        f'<td><span class="is-{each.standing}">{_STANDINGS[each.standing]}</span>{_rest(each.left, each.total, loan.currency)}</td></tr>'
        for each in loan.plan
    )
    table = (
        '<table><thead><tr><th scope="col">Due</th><th scope="col" class="number">Payment</th><th scope="col">Standing</th></tr>'
        f"</thead><tbody>{rows}</tbody></table>"
    )
    if len(loan.plan) <= PLAN_OPEN_MAX:
        return f'<section class="card"><h2>Schedule</h2>{table}</section>'
    paid = sum(each.standing == "paid" for each in loan.plan)
    return (
        f'<section class="card"><h2>Schedule</h2><details><summary>{figures.count(len(loan.plan), "payment")}, {paid:,} paid</summary>'
        f"{table}</details></section>"
    )


def _rest(left: Decimal, total: Decimal, currency: str) -> str:
    return f", {figures.amount(left, currency)} left" if ZERO < left < total else ""


def _offer(offer: OfferView, base: str, accept: str, decline: str) -> str:
    facts = offer.facts
    currency = facts.head.currency
    total = sum((each.total for each in facts.lines), ZERO)
    rows = [
        ("Amount of the loan", figures.amount(facts.amount, currency)),
        ("Paid out to you", figures.amount(facts.paid_out, currency)),
        ("Interest rate, a year", figures.percent(facts.rate)),
        *([("Annual percentage rate (APR)", figures.percent(facts.apr))] if facts.apr is not None else []),
        ("Payments", f"{len(facts.lines):,}"),
        ("First payment", f"{figures.amount(facts.lines[0].total, currency)} on {figures.day(facts.lines[0].due)}"),
        ("Last payment", f"{figures.amount(facts.lines[-1].total, currency)} on {figures.day(facts.lines[-1].due)}"),
        ("Total of all payments", figures.amount(total, currency)),
        ("Valid until", figures.day(facts.valid_until)),
    ]
    charges = "".join(f"<li>{_text(each.name)}: {_text(each.terms)}</li>" for each in facts.charges)
    path = f"{escape(base)}/offers/{offer.id}"
    return (
        f'<section class="card"><h2>Your offer</h2>{_facts(rows)}{f"<ul>{charges}</ul>" if charges else ""}'
        f'<div class="answers"><form method="post" action="{path}/accept"><input type="hidden" name="proof" value="{escape(accept)}">'
        '<label class="tick"><input type="checkbox" name="read" value="yes" required> I have read the offer and want this'
        " loan</label><button>Accept the offer</button></form>"
        f'<form method="post" action="{path}/decline"><input type="hidden" name="proof" value="{escape(decline)}">'
        '<button class="plain">Decline</button></form></div></section>'
    )


def _letters(view: BorrowerView, base: str) -> str:
    if not view.letters:
        return ""
    rows = "".join(
        f"<li><span>{_LETTERS[LetterKind(each['kind'])]}<br><small>{figures.short_day(each['issued_on'])},"
        f" {_text(each['number'])}</small></span>"
        f'<span class="ways"><a href="{escape(base)}/letters/{each["id"]}" aria-label="Read letter {_text(each["number"])}">Read</a>'
        f'<a href="{escape(base)}/letters/{each["id"]}/pdf" aria-label="Letter {_text(each["number"])} as PDF">PDF</a></span></li>'
        for each in view.letters
    )
    return f'<section class="card"><h2>Letters</h2><ul class="letters">{rows}</ul></section>'


def _contact(view: BorrowerView) -> str:
    lender = view.lender
    lines = [*lender.address, lender.phone, lender.email, lender.website]
    shown = "<br>".join(_text(each) for each in (lender.name, *lines) if each)
    pay = f"<p>{_text(lender.payment)}</p>" if lender.payment and view.loan is not None else ""
    help_text = f"<p>{_text(lender.help)}</p>" if lender.help else ""
    demo = '<p class="advice">This is a demonstration; nobody named here exists.</p>' if view.is_demo else ""
    return (
        f'<section class="card"><h2>How to reach us</h2><address>{shown}</address>{pay}{help_text}'
        f'<p class="advice">Whoever has this link sees this page. Please do not pass it on.</p>{demo}</section>'
    )


def _facts(rows: Iterable[tuple[str, str]]) -> str:
    return f'<dl class="facts">{"".join(f"<div><dt>{_text(label)}</dt><dd>{_text(value)}</dd></div>" for label, value in rows)}</dl>'


def _text(text: str) -> str:
    return escape(plain_text(text))
