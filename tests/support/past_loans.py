"""Tables of past loans in the manner of well-known lenders and of unknown ones, made with a seed; no applicant is real.

Each maker writes a file into a folder and returns it with how a script would name its outcome. The risk behind each row is known
only here: a table that tells something about it can be learnt from, and one that tells nothing cannot.
"""

import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

ROWS = 1_500
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class PastLoans:
    """A table on disk: `arguments` are what a script adds; `needs_arguments` says that it cannot go without them."""

    path: Path
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Borrowers:
    """What is true of the applicants of a table: what they look like, and whether they repaid."""

    rows: int
    random: np.random.Generator
    income: Any
    score: Any
    ratio: Any
    amount: Any
    age: Any
    female: Any
    repaid: Any
    moment: Any


def borrowers(seed: int, *, rows: int = ROWS, bad_share: float = 0.2, signal: float = 1.0) -> Borrowers:
    """Draw applicants whose share of defaults is about `bad_share`; `signal` is how much their looks tell."""
    random = np.random.default_rng(seed)
    income = np.round(random.lognormal(10.8, 0.5, rows), 0)
    score = np.clip(random.normal(690, 60, rows), 350, 850).round()
    ratio = np.round(np.clip(random.gamma(4, 0.07, rows), 0, 3), 4)
    amount = np.round(random.lognormal(9.2, 0.6, rows), -2) + 500
    age = random.integers(19, 76, rows)
    female = random.random(rows) < 0.48
    risk = signal * (
        -(score - 690) / 45 + 3.0 * (ratio - 0.28) + 0.5 * np.log(amount / 10_000) - 0.6 * np.log(income / 49_000)
    )
    noise = random.logistic(0, 1, rows)
    repaid = risk + noise < np.quantile(risk + noise, 1 - bad_share)
    days = np.sort(random.integers(0, 4 * 365, rows))
    moment = np.datetime64("2014-01-03") + days.astype("timedelta64[D]")
    return Borrowers(rows, random, income, score, ratio, amount, age, female, repaid, moment)


def _csv(path: Path, frame: pd.DataFrame, **options: Any) -> Path:
    frame.to_csv(path, index=False, **options)
    return path


def marketplace(folder: Path) -> PastLoans:
    """A marketplace lender: status as text with loans still running, months as dates, percentages, columns written afterwards."""
    b = borrowers(1, rows=4_000, bad_share=0.2)
    running = b.random.random(b.rows) < 0.15
    status = np.where(running, b.random.choice(["Current", "In Grace Period", "Late (31-120 days)"], b.rows, p=[0.9, 0.04, 0.06]),
                      np.where(b.repaid, "Fully Paid", "Charged Off"))  # fmt: skip
    principal = np.where(b.repaid & ~running, b.amount, np.round(b.amount * b.random.random(b.rows), 2))
    frame = pd.DataFrame(
        {
            "id": b.random.permutation(b.rows) + 1_077_000,
            "member_id": np.nan,
            "loan_amnt": b.amount,
            "funded_amnt": b.amount,
            "term": b.random.choice([" 36 months", " 60 months"], b.rows),
            "int_rate": [f"{rate:.2f}%" for rate in 6 + 10 * b.ratio + (720 - b.score) / 30],
            "installment": np.round(b.amount / 33, 2),
            "grade": np.array(list("GFEDCBA"))[np.clip((b.score - 520) // 40, 0, 6).astype(int)],
            "emp_length": b.random.choice(["10+ years", "< 1 year", "3 years", "n/a"], b.rows),
            "home_ownership": b.random.choice(["RENT", "MORTGAGE", "OWN"], b.rows),
            "annual_inc": b.income,
            "verification_status": b.random.choice(["Verified", "Not Verified", "Source Verified"], b.rows),
            "issue_d": [f"{MONTHS[int(m.astype('datetime64[M]').astype(int) % 12)]}-{m.astype('datetime64[Y]')}" for m in b.moment],
            "loan_status": status,
            "url": [f"https://example.org/loan/{n}" for n in range(b.rows)],
            "purpose": b.random.choice(["debt_consolidation", "credit_card", "home_improvement", "car"], b.rows),
            "zip_code": b.random.choice(["941xx", "100xx", "606xx"], b.rows),
            "addr_state": b.random.choice(["CA", "NY", "TX", "FL"], b.rows),
            "dti": np.round(b.ratio * 60, 2),
            "fico_range_low": b.score,
            "fico_range_high": b.score + 4,
            "revol_util": [f"{u:.1f}%" for u in np.clip(b.ratio * 120, 0, 130)],
            "out_prncp": np.where(running, np.round(b.amount / 2, 2), 0.0),
            "total_pymnt": np.round(principal * 1.1, 2),
            "total_rec_prncp": principal,
            "recoveries": np.where(b.repaid | running, 0.0, np.round(b.amount * 0.08, 2)),
            "collection_recovery_fee": np.where(b.repaid | running, 0.0, 31.5),
            "last_pymnt_d": "Mar-2018",
            "last_pymnt_amnt": np.where(b.repaid & ~running, b.amount / 3, b.amount / 33).round(2),
        }
    )  # fmt: skip
    return PastLoans(_csv(folder / "marketplace_loans.csv", frame))


def give_me_credit(folder: Path) -> PastLoans:
    """A bureau's table: an unnamed number first, the outcome second, 6.7 per cent bad, 'NA' for missing."""
    b = borrowers(2, rows=4_000, bad_share=0.067)
    frame = pd.DataFrame(
        {
            "": np.arange(1, b.rows + 1),
            "SeriousDlqin2yrs": (~b.repaid).astype(int),
            "RevolvingUtilizationOfUnsecuredLines": np.round(b.ratio * 1.5, 6),
            "age": b.age,
            "NumberOfTime30-59DaysPastDueNotWorse": b.random.poisson(np.clip((720 - b.score) / 120, 0.02, None)),
            "DebtRatio": b.ratio,
            "MonthlyIncome": pd.Series(b.income // 12).mask(b.random.random(b.rows) < 0.2),
            "NumberOfOpenCreditLinesAndLoans": b.random.poisson(8, b.rows),
            "NumberOfTimes90DaysLate": b.random.poisson(np.clip((660 - b.score) / 200, 0.01, None)),
            "NumberRealEstateLoansOrLines": b.random.poisson(1, b.rows),
            "NumberOfTime60-89DaysPastDueNotWorse": b.random.poisson(np.clip((680 - b.score) / 200, 0.01, None)),
            "NumberOfDependents": pd.Series(b.random.poisson(0.8, b.rows)).astype(float).mask(b.random.random(b.rows) < 0.03),
        }
    )  # fmt: skip
    return PastLoans(_csv(folder / "cs-training.csv", frame, na_rep="NA"))


def home_credit(folder: Path) -> PastLoans:
    """A consumer lender: upper-case names, TARGET 1 for trouble, days counted backwards, sex as a column."""
    b = borrowers(3, rows=3_000, bad_share=0.08)
    frame = pd.DataFrame(
        {
            "SK_ID_CURR": np.arange(100_002, 100_002 + b.rows),
            "TARGET": (~b.repaid).astype(int),
            "NAME_CONTRACT_TYPE": b.random.choice(["Cash loans", "Revolving loans"], b.rows, p=[0.9, 0.1]),
            "CODE_GENDER": np.where(b.female, "F", "M"),
            "FLAG_OWN_CAR": b.random.choice(["Y", "N"], b.rows),
            "CNT_CHILDREN": b.random.poisson(0.4, b.rows),
            "AMT_INCOME_TOTAL": b.income * 3,
            "AMT_CREDIT": b.amount * 40,
            "AMT_ANNUITY": np.round(b.amount * 40 / 22, 1),
            "NAME_EDUCATION_TYPE": b.random.choice(["Secondary", "Higher education"], b.rows),
            "NAME_FAMILY_STATUS": b.random.choice(["Married", "Single / not married", "Widow"], b.rows),
            "DAYS_BIRTH": -(b.age * 365.25).astype(int),
            "DAYS_EMPLOYED": np.where(b.random.random(b.rows) < 0.18, 365_243, -b.random.integers(30, 8_000, b.rows)),
            "EXT_SOURCE_2": np.round(np.clip((b.score - 400) / 450, 0, 1), 6),
            "EXT_SOURCE_3": pd.Series(np.round(np.clip(0.9 - b.ratio, 0, 1), 6)).mask(b.random.random(b.rows) < 0.2),
        }
    )
    return PastLoans(_csv(folder / "application_train.csv", frame))


def heloc(folder: Path) -> PastLoans:
    """A home-equity line: outcome as Good and Bad, special codes -9 and -8, no amount and no time."""
    b = borrowers(4, rows=2_500, bad_share=0.48)
    frame = pd.DataFrame(
        {
            "RiskPerformance": np.where(b.repaid, "Good", "Bad"),
            "ExternalRiskEstimate": np.where(b.random.random(b.rows) < 0.05, -9, (b.score / 10).round()),
            "MSinceOldestTradeOpen": b.random.integers(10, 400, b.rows),
            "NumSatisfactoryTrades": b.random.integers(0, 60, b.rows),
            "PercentTradesNeverDelq": np.clip(b.score / 8, 0, 100).round(),
            "NetFractionRevolvingBurden": np.where(b.random.random(b.rows) < 0.02, -8, (b.ratio * 100).round()),
            "NumInqLast6M": b.random.poisson(1.2, b.rows),
        }
    )
    return PastLoans(_csv(folder / "heloc_dataset_v1.csv", frame))


def hmeq(folder: Path) -> PastLoans:
    """Home equity: BAD 1, many cells missing."""
    b = borrowers(5, rows=3_000, bad_share=0.2)

    def holes(values: Any, share: float) -> Any:
        return pd.Series(values).mask(b.random.random(b.rows) < share)

    frame = pd.DataFrame(
        {
            "BAD": (~b.repaid).astype(int),
            "LOAN": b.amount,
            "MORTDUE": holes(np.round(b.income * 1.4), 0.09),
            "VALUE": holes(np.round(b.income * 2.2), 0.02),
            "REASON": holes(b.random.choice(["DebtCon", "HomeImp"], b.rows), 0.04),
            "JOB": holes(b.random.choice(["Other", "ProfExe", "Office", "Mgr"], b.rows), 0.05),
            "YOJ": holes(b.random.integers(0, 40, b.rows).astype(float), 0.09),
            "DEROG": holes(b.random.poisson(np.clip((680 - b.score) / 100, 0.05, None)).astype(float), 0.12),
            "DEBTINC": holes(np.round(b.ratio * 120, 3), 0.21),
        }
    )
    return PastLoans(_csv(folder / "hmeq.csv", frame))


def small_business(folder: Path) -> PastLoans:
    """Guaranteed business loans: money written as "$50,000.00 ", dates like 28-Feb-97, what was charged off beside the status."""
    b = borrowers(6, rows=3_000, bad_share=0.18)

    def money(values: Any) -> list[str]:
        return [f"${value:,.2f} " for value in values]

    days = [pd.Timestamp(m).strftime("%-d-%b-%y") for m in b.moment]
    frame = pd.DataFrame(
        {
            "LoanNr_ChkDgt": b.random.permutation(b.rows) + 1_000_014_003,
            "Name": [f"COMPANY {n}" for n in range(b.rows)],
            "City": b.random.choice(["EVANSVILLE", "NEW PARIS", "BLOOMINGTON"], b.rows),
            "State": b.random.choice(["IN", "OK", "FL"], b.rows),
            "NAICS": b.random.choice([451120, 722410, 621210], b.rows),
            "ApprovalDate": days,
            "ApprovalFY": [pd.Timestamp(m).year for m in b.moment],
            "Term": b.random.choice([36, 60, 84, 120, 240], b.rows),
            "NoEmp": b.random.integers(1, 60, b.rows),
            "NewExist": np.where(b.score > 680, 1, 2),
            "UrbanRural": b.random.choice([0, 1, 2], b.rows),
            "LowDoc": b.random.choice(["Y", "N"], b.rows),
            "ChgOffDate": [None if ok else "15-Jan-19" for ok in b.repaid],
            "DisbursementDate": days,
            "DisbursementGross": money(b.amount * 5),
            "BalanceGross": money(np.zeros(b.rows)),
            "MIS_Status": np.where(b.repaid, "P I F", "CHGOFF"),
            "ChgOffPrinGr": money(np.where(b.repaid, 0, b.amount * 3)),
            "GrAppv": money(b.amount * 5),
            "SBA_Appv": money(b.amount * (2 + 2.5 * (b.score > 700))),
        }
    )
    return PastLoans(_csv(folder / "SBAnational.csv", frame))


def peer_to_peer(folder: Path) -> PastLoans:
    """A peer-to-peer lender: LoanStatus with several unhappy ends, timestamps with fractions, a key of letters."""
    b = borrowers(7, rows=3_000, bad_share=0.25)
    bad = b.random.choice(["Defaulted", "Chargedoff", "Past Due (>120 days)"], b.rows, p=[0.4, 0.5, 0.1])
    status = np.where(b.random.random(b.rows) < 0.1, "Current", np.where(b.repaid, "Completed", bad))
    frame = pd.DataFrame(
        {
            "ListingKey": [f"{n:05X}35{b.random.integers(1 << 40):010X}" for n in range(b.rows)],
            "ListingCreationDate": [f"{m} 19:09:29.263000000" for m in b.moment],
            "CreditGrade": np.nan,
            "Term": b.random.choice([12, 36, 60], b.rows),
            "LoanStatus": status,
            "ClosedDate": np.where(status == "Current", None, "2018-08-14 00:00:00"),
            "BorrowerAPR": np.round(0.1 + b.ratio / 3, 5),
            "ProsperScore": np.clip((b.score - 500) // 30, 1, 11),
            "Occupation": b.random.choice(["Other", "Professional", "Skilled Labor"], b.rows),
            "EmploymentStatus": b.random.choice(["Employed", "Full-time", "Self-employed"], b.rows),
            "IsBorrowerHomeowner": b.random.choice(["True", "False"], b.rows),
            "CreditScoreRangeLower": b.score,
            "DebtToIncomeRatio": b.ratio,
            "StatedMonthlyIncome": np.round(b.income / 12, 4),
            "LoanOriginalAmount": b.amount,
            "LP_CustomerPayments": np.where(b.repaid, b.amount * 1.2, b.amount * 0.3).round(2),
            "LP_NetPrincipalLoss": np.where(b.repaid, 0, b.amount * 0.7).round(2),
        }
    )
    return PastLoans(_csv(folder / "prosperLoanData.csv", frame))


def sparkasse(folder: Path) -> PastLoans:
    """A German bank's export: semicolons, decimal commas, points between thousands, umlauts in Windows-1252."""
    b = borrowers(8, rows=2_000, bad_share=0.22)

    def euro(values: Any) -> list[str]:
        return [f"{value:,.2f}".translate(str.maketrans(",.", ".,")) for value in values]

    frame = pd.DataFrame(
        {
            "Antragsnummer": [f"K-{n:06d}" for n in range(b.rows)],
            "Antragsdatum": [pd.Timestamp(m).strftime("%d.%m.%Y") for m in b.moment],
            "Kreditbetrag": euro(b.amount),
            "Laufzeit": b.random.choice([12, 24, 36, 48, 60, 72], b.rows),
            "Verwendungszweck": b.random.choice(["Möbel", "Auto", "Küche", "Umschuldung"], b.rows),
            "Nettoeinkommen": euro(b.income / 24),
            "Schufa-Score": euro(b.score / 8.5),
            "Verschuldungsgrad": euro(b.ratio * 100),
            "Geschlecht": np.where(b.female, "weiblich", "männlich"),
            "Alter": b.age,
            "Zahlungsausfall": np.where(b.repaid, "nein", "ja"),
        }
    )
    return PastLoans(_csv(folder / "Kreditanträge.csv", frame, sep=";", encoding="cp1252"))


def workbook(folder: Path) -> PastLoans:
    """An Excel workbook with a title above the header, dates as dates, and the outcome as yes and no."""
    b = borrowers(9)
    frame = pd.DataFrame(
        {
            "Application no": np.arange(1, b.rows + 1),
            "Decision date": pd.to_datetime(b.moment),
            "Loan amount (USD)": b.amount,
            "Term (months)": b.random.choice([12, 24, 36, 48], b.rows),
            "Annual income": b.income,
            "FICO score": b.score,
            "DTI %": (b.ratio * 100).round(1),
            "Gender": np.where(b.female, "Female", "Male"),
            "Defaulted?": np.where(b.repaid, "No", "Yes"),
        }
    )
    path = folder / "Loan book 2014-2017.xlsx"
    frame.to_excel(path, index=False, startrow=0)
    return PastLoans(path)


def parquet(folder: Path) -> PastLoans:
    """A Parquet file of a warehouse: booleans, categories, timestamps with a zone, decimals."""
    b = borrowers(10)
    frame = pd.DataFrame(
        {
            "application_id": [f"{n:032x}" for n in range(b.rows)],
            "applied_at": pd.to_datetime(b.moment).tz_localize("Europe/Berlin"),
            "requested_amount": b.amount,
            "employment": pd.Categorical(b.random.choice(["permanent", "temporary", "self-employed"], b.rows)),
            "has_guarantor": b.random.random(b.rows) < 0.2,
            "monthly_income": b.income / 12,
            "bureau_score": b.score,
            "debt_ratio": b.ratio,
            "repaid": b.repaid,
        }
    )
    path = folder / "applications.parquet"
    frame.to_parquet(path)
    return PastLoans(path)


def json_lines(folder: Path) -> PastLoans:
    """JSON lines, packed: nested applicant, some keys absent."""
    b = borrowers(11)
    path = folder / "applications.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as stream:
        for n in range(b.rows):
            row: dict[str, Any] = {
                "id": f"app-{n}",
                "created_at": f"{b.moment[n]}T10:{n % 60:02d}:00Z",
                "amount": float(b.amount[n]),
                "applicant": {"income": float(b.income[n]), "score": int(b.score[n]), "gender": "f" if b.female[n] else "m"},
                "status": "paid" if b.repaid[n] else "defaulted",
            }  # fmt: skip
            if n % 3:
                row["debt_ratio"] = float(b.ratio[n])
            stream.write(json.dumps(row) + "\n")
    return PastLoans(path)


def headerless(folder: Path) -> PastLoans:
    """Blank-separated columns without a header, categories as codes, the outcome 1 or 2 at the end."""
    b = borrowers(12, bad_share=0.3)
    frame = pd.DataFrame(
        {
            0: np.where(b.score > 700, "A14", np.where(b.score > 640, "A12", "A11")),
            1: b.random.choice([6, 12, 18, 24, 36, 48], b.rows),
            2: b.random.choice(["A40", "A41", "A43"], b.rows),
            3: b.amount.astype(int),
            4: (b.ratio * 100).astype(int),
            5: b.random.choice([1, 2, 3, 4], b.rows),
            6: b.age,
            7: np.where(b.repaid, 1, 2),
        }
    )
    return PastLoans(_csv(folder / "credit.data", frame, sep=" ", header=False))


def yen(folder: Path) -> PastLoans:
    """Amounts in yen, in the millions; Japanese names; the outcome in words that nobody can guess."""
    b = borrowers(13)
    frame = pd.DataFrame(
        {
            "申込番号": np.arange(b.rows),
            "申込日": [pd.Timestamp(m).strftime("%Y/%m/%d") for m in b.moment],
            "amount_jpy": (b.amount * 150).astype(int),
            "年収": (b.income * 150).astype(int),
            "スコア": b.score.astype(int),
            "返済比率": b.ratio,
            "結果": np.where(b.repaid, "完済", "延滞"),
        }
    )
    return PastLoans(_csv(folder / "融資.csv", frame), ("--outcome", "結果", "--good", "完済"))


def odd_times(folder: Path) -> PastLoans:
    """Times as seconds since 1970, the outcome as days past due beyond a class."""
    b = borrowers(14)
    frame = pd.DataFrame(
        {
            "ref": [f"{n:x}" for n in range(4096, 4096 + b.rows)],
            "created_ts": b.moment.astype("datetime64[s]").astype("int64"),
            "principal": b.amount,
            "score_external": b.score,
            "burden": b.ratio,
            "is_default": (~b.repaid).astype(int),
        }
    )
    return PastLoans(_csv(folder / "microloans.tsv", frame, sep="\t"))


def rare_defaults(folder: Path) -> PastLoans:
    """One default in a hundred."""
    b = borrowers(15, rows=8_000, bad_share=0.01, signal=1.5)
    return PastLoans(_csv(folder / "prime.csv", _plain(b).assign(default=(~b.repaid).astype(int))))


def mostly_bad(folder: Path) -> PastLoans:
    """Ninety-five in a hundred defaulted: a collector's book."""
    b = borrowers(16, rows=3_000, bad_share=0.95, signal=1.5)
    return PastLoans(_csv(folder / "subprime.csv", _plain(b).assign(outcome=np.where(b.repaid, "repaid", "defaulted"))))


def wide(folder: Path) -> PastLoans:
    """Two hundred and forty columns, most of them noise."""
    b = borrowers(17, rows=1_500)
    noise = {f"v{n:03d}": b.random.normal(size=b.rows).round(3) for n in range(230)}
    frame = pd.concat([_plain(b), pd.DataFrame(noise)], axis=1).assign(loan_default=(~b.repaid).astype(int))
    return PastLoans(_csv(folder / "wide.csv", frame))


def leaky(folder: Path) -> PastLoans:
    """A column with a harmless name that repeats the outcome, one filled in only after a default, one that counts rows."""
    b = borrowers(18, rows=1_500)
    frame = _plain(b).assign(
        balance_at_end=np.where(b.repaid, 0.0, b.amount * 0.6),
        agency_ref=[None if ok else f"AG{n % 7}" for n, ok in enumerate(b.repaid)],
        row_key=b.random.permutation(b.rows) + 500_000,
        loan_outcome=np.where(b.repaid, "repaid", "default"),
    )
    return PastLoans(_csv(folder / "servicing.csv", frame))


def pure_noise(folder: Path) -> PastLoans:
    """Nothing in the table tells anything about the outcome."""
    b = borrowers(19, signal=0.0)
    return PastLoans(_csv(folder / "noise.csv", _plain(b).assign(default=(~b.repaid).astype(int))))


def _plain(b: Borrowers) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "application_date": b.moment.astype("datetime64[D]").astype(str),
            "loan_amount": b.amount,
            "income": b.income,
            "credit_score": b.score,
            "debt_ratio": b.ratio,
            "gender": np.where(b.female, "female", "male"),
        }
    )


ALL: dict[str, Callable[[Path], PastLoans]] = {
    maker.__name__: maker
    for maker in (
        marketplace, give_me_credit, home_credit, heloc, hmeq, small_business, peer_to_peer, sparkasse, workbook, parquet,
        json_lines, headerless, yen, odd_times, rare_defaults, mostly_bad, wide, leaky, pure_noise,
    )
}  # fmt: skip
