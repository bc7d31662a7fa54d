"""Any usual file is read alike; any damaged one is refused, or its bad rows set aside, with a reason."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import random
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest

from intendant.learning.datasets import ReadLimits, Table, TableEmpty, TableTooLarge, TableUnreadable, read_table

CSV = "id,amount,city,bad\n" + "".join(f"{n},{n * 100.5},Köln,{n % 2}\n" for n in range(1, 41))


def put(path: Path, content: str | bytes, encoding: str = "utf-8") -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def assert_the_usual_table(table: Table) -> None:
    assert table.columns == ("id", "amount", "city", "bad")
    assert table.rows_read == 40
    assert table.frame["amount"].tolist()[:2] == [100.5, 201.0]
    assert set(table.frame["city"]) == {"Köln"}
    assert_counts_add_up(table)


def assert_counts_add_up(table: Table) -> None:
    quarantine = table.quarantine
    assert quarantine.rows_in_file == quarantine.rows_accepted + quarantine.rows_quarantined
    assert quarantine.rows_accepted == table.rows_read == len(table.row_numbers)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_every_usual_encoding_is_recognised(tmp_path: Path, encoding: str) -> None:
    assert_the_usual_table(read_table(put(tmp_path / "loans.csv", CSV, encoding)))


def test_lines_of_mixed_encodings_are_all_read_and_a_notice_says_so(tmp_path: Path) -> None:
    lines = CSV.splitlines(keepends=True)
    mixed = b"".join(line.encode("latin-1" if place % 3 else "utf-8") for place, line in enumerate(lines))
    table = read_table(put(tmp_path / "loans.csv", mixed))
    assert_the_usual_table(table)
    assert any("Windows-1252" in notice for notice in table.notices)


@pytest.mark.parametrize("delimiter", ["\t", ";", "|", ",", " ", "^"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_every_usual_delimiter_and_line_end_is_recognised(tmp_path: Path, delimiter: str, line_end: str) -> None:
    content = CSV.replace(",", delimiter).replace("\n", line_end)
    table = read_table(put(tmp_path / "loans.txt", content))
    assert_the_usual_table(table)
    assert table.delimiter == delimiter


def test_lines_that_end_in_a_lone_carriage_return_are_read(tmp_path: Path) -> None:
    assert_the_usual_table(read_table(put(tmp_path / "loans.csv", CSV.replace("\n", "\r"))))


PACK: dict[str, Callable[[bytes], bytes]] = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}


@pytest.mark.parametrize("kind", sorted(PACK))
def test_compressed_files_are_read_whatever_their_name(tmp_path: Path, kind: str) -> None:
    packed = PACK[kind](CSV.encode())
    assert_the_usual_table(read_table(put(tmp_path / f"loans.csv.{kind}", packed)))
    assert_the_usual_table(read_table(put(tmp_path / "no_ending", packed)))


def test_a_zip_with_one_table_is_read_and_with_two_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "one.zip", "w") as archive:
        archive.writestr("loans.csv", CSV)
    assert_the_usual_table(read_table(tmp_path / "one.zip"))
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        archive.writestr("loans.csv", CSV)
        archive.writestr("more.csv", CSV)
    with pytest.raises(TableUnreadable, match="2 files"):
        read_table(tmp_path / "two.zip")


def usual_frame() -> pd.DataFrame:
    rows = range(1, 41)
    return pd.DataFrame(
        {"id": list(rows), "amount": [n * 100.5 for n in rows], "city": "Köln", "bad": [n % 2 for n in rows]}
    )


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(
    "shape", ["records", "lines", "columns of lists", "columns of objects", "split", "wrapped", "rows"]
)
def test_every_usual_shape_of_json_is_read(tmp_path: Path, shape: str, packed: bool) -> None:
    records = json.loads(usual_frame().to_json(orient="records"))
    names = list(records[0])
    rows = [list(record.values()) for record in records]
    content = {
        "records": json.dumps(records, indent=1),
        "lines": "\n".join(json.dumps(record) for record in records),
        "columns of lists": json.dumps({name: [record[name] for record in records] for name in names}),
        "columns of objects": usual_frame().to_json(),
        "split": json.dumps({"columns": names, "index": list(range(40)), "data": rows}),
        "wrapped": json.dumps({"data": records}),
        "rows": json.dumps([names, *rows]),
    }[shape]
    path = tmp_path / ("loans.json.gz" if packed else "loans.json")
    assert_the_usual_table(read_table(put(path, gzip.compress(content.encode()) if packed else content)))


def test_a_broken_line_of_json_lines_is_set_aside(tmp_path: Path) -> None:
    table = read_table(put(tmp_path / "a.jsonl", '{"a": 1, "b": NaN}\n{"a": 2, "b"\n[1]\n{"a": 3, "b": {"c": 4}}\n'))
    assert table.quarantine.counts == {"broken_json": 1, "not_an_object": 1}
    assert [row.number for row in table.quarantine.rows] == [2, 3]
    assert table.columns == ("a", "b", "b.c")
    assert_counts_add_up(table)


def test_excel_is_read_with_titles_above_dates_and_a_second_sheet(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Loans of the year"])
    sheet.append([])
    sheet.append(["number", "amount", "approved on", "bad"])
    for n in range(1, 31):
        sheet.append([n, n * 10.5, datetime(2024, 1, n), "yes" if n % 3 else "no"])  # noqa: DTZ001
    book.create_sheet("notes").append(["nothing"])
    book.save(tmp_path / "loans.xlsx")
    table = read_table(tmp_path / "loans.xlsx")
    assert table.columns == ("number", "amount", "approved on", "bad")
    assert table.rows_read == 30
    assert table.frame["approved on"].iloc[4] == pd.Timestamp(2024, 1, 5)
    assert any("sheet" in notice for notice in table.notices)


@pytest.mark.parametrize("packed", [False, True])
def test_parquet_is_read_with_all_its_types(tmp_path: Path, packed: bool) -> None:
    frame = usual_frame().assign(
        day=pd.date_range("2024-01-01", periods=40), kind=pd.Categorical(["a", "b"] * 20), flag=[True, False] * 20
    )
    frame.to_parquet(tmp_path / "loans.parquet")
    path = tmp_path / "loans.parquet"
    if packed:
        path = put(tmp_path / "loans.parquet.gz", gzip.compress(path.read_bytes()))
    table = read_table(path)
    assert table.columns == ("id", "amount", "city", "bad", "day", "kind", "flag")
    assert table.frame["day"].iloc[0] == pd.Timestamp(2024, 1, 1)
    assert set(table.frame["flag"]) == {"true", "false"}
    assert table.frame["id"].dtype == "float64"


def test_numbers_are_read_as_people_write_them(tmp_path: Path) -> None:
    cells = {
        "euro": ["1.234,50 €", "99,00 €", "12.000,00 €"],
        "dollar": ["$1,234.50", "($99.00)", "$ 12,000"],
        "swiss": ["CHF 1'234.50", "99.00", "12'000"],
        "blank": ["1 234,5", "99,0", "1 012 000,5"],
        "percent": ["12.5%", "0.1 %", "100%"],
        "months": [" 36 months", "60 months", "12 months"],
        "years": ["3 Jahre", "1 Jahr", "10 Jahre"],
        "india": ["1,00,000", "99", "12,50,000.5"],
        "signs": ["-5", "+7", "3-"],
        "science": ["1e3", "2.5E-1", "7"],
    }
    wanted = {
        "euro": [1234.5, 99, 12000], "dollar": [1234.5, -99, 12000], "swiss": [1234.5, 99, 12000],
        "blank": [1234.5, 99, 1012000.5], "percent": [12.5, 0.1, 100], "months": [36, 60, 12], "years": [3, 1, 10],
        "india": [100000, 99, 1250000.5], "signs": [-5, 7, -3], "science": [1000, 0.25, 7],
    }  # fmt: skip
    lines = ["\t".join(cells), *("\t".join(column[row] for column in cells.values()) for row in range(3))]
    table = read_table(put(tmp_path / "a.tsv", "\n".join(lines)))
    assert {name: table.frame[name].tolist() for name in cells} == wanted


def test_a_point_groups_thousands_where_the_file_has_decimal_commas(tmp_path: Path) -> None:
    table = read_table(put(tmp_path / "a.csv", "Betrag;Zins\n12.500;3,5\n950;4,25\n1.000;5,0\n"))
    assert table.frame["Betrag"].tolist() == [12500, 950, 1000]
    assert table.frame["Zins"].tolist() == [3.5, 4.25, 5.0]


@pytest.mark.parametrize("word", ["", "NA", "?", "null", "-", "NaN", "N/A", "#N/A", "None", "nan", ".", "NULL"])
def test_every_usual_word_for_missing_is_missing(tmp_path: Path, word: str) -> None:
    table = read_table(put(tmp_path / "a.csv", f"a,b\n1,x\n{word},y\n3,{word}\n"))
    assert table.frame["a"].isna().tolist() == [False, True, False]
    assert table.frame["b"].isna().tolist() == [False, False, True]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("2020-03-14", "2021-12-31"), ("2020-03-14 10:00:00", "2021-12-31 00:00:00"), ("2020-03-14T10:00:00Z", "2021-12-31T01:00:00Z"),
        ("14.03.2020", "31.12.2021"), ("14/03/2020", "31/12/2021"), ("03/14/2020", "12/31/2021"), ("2020/03/14", "2021/12/31"),
        ("14-Mar-20", "31-Dec-21"), ("14 March 2020", "31 December 2021"), ("Mar 14, 2020", "Dec 31, 2021"),
        ("14MAR2020", "31DEC2021"), ("14.03.20", "31.12.21"), ("2020-03-14T10:00:00+01:00", "2021-12-31T10:00:00+01:00"),
    ],
)  # fmt: skip
def test_dates_are_read_in_every_usual_format(tmp_path: Path, first: str, second: str) -> None:
    table = read_table(put(tmp_path / "a.csv", f'when|x\n"{first}"|1\n"{second}"|2\n'))
    assert table.frame["when"].dt.date.astype(str).tolist() == ["2020-03-14", "2021-12-31"]


def test_a_year_of_two_digits_lies_in_the_past(tmp_path: Path) -> None:
    table = read_table(put(tmp_path / "a.csv", "when,x\n28-Feb-69,1\n28-Feb-97,2\n30-Nov-05,3\n13-Jan-51,4\n"))
    assert table.frame["when"].dt.year.tolist() == [1969, 1997, 2005, 1951]


def test_a_table_without_header_gets_made_up_names(tmp_path: Path) -> None:
    rows = "".join(f"A{n % 3},{n},B{n % 2},{n % 2 + 1}\n" for n in range(30))
    table = read_table(put(tmp_path / "a.csv", rows))
    assert (table.header, table.columns, table.rows_read) == (False, ("c1", "c2", "c3", "c4"), 30)


def test_a_header_of_words_over_words_is_seen(tmp_path: Path) -> None:
    rows = "housing,job,risk\n" + "".join(
        f"{'own' if n % 2 else 'rent'},{'clerk' if n % 3 else 'cook'},{'good' if n % 4 else 'bad'}\n" for n in range(40)
    )
    table = read_table(put(tmp_path / "a.csv", rows))
    assert (table.header, table.columns) == (True, ("housing", "job", "risk"))
    assert read_table(put(tmp_path / "b.csv", rows), header=False).columns == ("c1", "c2", "c3")


def test_names_are_made_unique_and_printable(tmp_path: Path) -> None:
    table = read_table(put(tmp_path / "a.csv", "年齢,amount,amount,,naïve\u200b\n1,2,3,4,5\n2,3,4,5,6\n"))
    assert table.columns == ("年齢", "amount", "amount.2", "c4", "naïve")
    assert any("more than once" in notice for notice in table.notices)


def test_row_names_written_without_a_heading_get_one(tmp_path: Path) -> None:
    table = read_table(put(tmp_path / "a.txt", '"age" "amount"\n"1" 30 500\n"2" 40 600\n"3" 50 700\n'))
    assert table.columns == ("row_name", "age", "amount")
    assert table.frame["amount"].tolist() == [500, 600, 700]


def test_ragged_rows_are_set_aside_with_line_and_reason(tmp_path: Path) -> None:
    table = read_table(put(tmp_path / "a.csv", CSV + "41,1,Bonn\n42,1,Bonn,0,extra\n\n43,1,Bonn,1\n44,1,Bo"))
    assert table.rows_read == 41
    assert [(row.number, row.reason) for row in table.quarantine.rows] == [
        (42, "ragged_row"),
        (43, "ragged_row"),
        (46, "ragged_row"),
    ]
    assert "3 cells, fewer than the 4" in table.quarantine.rows[0].explanation
    assert table.row_numbers[-1] == 45
    assert_counts_add_up(table)


def test_an_open_quote_costs_one_row_and_not_the_rest(tmp_path: Path) -> None:
    content = CSV + '41,1,"Bonn,0\n' + "".join(f'{n},1,"Bonn\nBeuel",1\n' for n in range(42, 52))
    table = read_table(put(tmp_path / "a.csv", content))
    assert table.rows_read == 50
    assert [(row.number, row.reason) for row in table.quarantine.rows] == [(42, "open_quote")]
    assert table.frame["city"].iloc[-1] == "Bonn\nBeuel"
    assert_counts_add_up(table)


def test_zero_bytes_are_left_out_with_a_notice(tmp_path: Path) -> None:
    table = read_table(put(tmp_path / "a.csv", CSV.encode().replace(b"100.5,", b"100.5\x00,", 1)))
    assert_the_usual_table(table)
    assert any("zero bytes" in notice for notice in table.notices)


def test_a_number_that_is_none_is_kept_to_be_shown(tmp_path: Path) -> None:
    table = read_table(put(tmp_path / "a.csv", CSV + "41,lots,Bonn,1\n"))
    assert table.frame["amount"].isna().sum() == 1
    assert table.unparsed == {"amount": {40: "lots"}}
    assert any("'amount'" in notice and "'lots'" in notice for notice in table.notices)


def test_long_numbers_stay_text_and_zeros_in_front_are_known(tmp_path: Path) -> None:
    table = read_table(put(tmp_path / "a.csv", "k,account,x\n007,12345678901234567890,1\n010,12345678901234567891,2\n"))
    assert table.frame["account"].tolist() == ["12345678901234567890", "12345678901234567891"]
    assert table.zero_padded == {"k": 3}


@pytest.mark.parametrize(
    "content", [b"", b"\n\n  \n", b"\xef\xbb\xbf", b"id,amount,bad\n", b"id,amount,bad", b"[]", b"{}"]
)
def test_a_file_without_rows_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises((TableEmpty, TableUnreadable)) as caught:
        read_table(put(tmp_path / ("a.json" if content[:1] in b"[{" and content else "a.csv"), content))
    assert caught.value.remedy


def test_three_rows_are_read(tmp_path: Path) -> None:
    assert read_table(put(tmp_path / "a.csv", "amount,bad\n1,0\n2,1\n3,0\n")).rows_read == 3


def test_cut_files_are_refused(tmp_path: Path) -> None:
    packed = gzip.compress((CSV * 50).encode())
    usual_frame().to_parquet(tmp_path / "whole.parquet")
    usual_frame().to_excel(tmp_path / "whole.xlsx")
    cut = {
        "a.csv.gz": packed[: len(packed) // 2],
        "a.json": usual_frame().to_json(orient="records").encode()[:-200],
        "a.parquet": (tmp_path / "whole.parquet").read_bytes()[:-100],
        "a.xlsx": (tmp_path / "whole.xlsx").read_bytes()[:-500],
    }
    for name, content in cut.items():
        with pytest.raises(TableUnreadable, match=r"cut|sound|complete") as caught:
            read_table(put(tmp_path / name, content))
        assert caught.value.remedy
        assert caught.value.field == "file"


def test_files_that_are_not_tables_are_refused_with_a_remedy(tmp_path: Path) -> None:
    for name, content in {
        "old.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 500,
        "paper.csv": b"%PDF-1.7 ....",
        "photo.csv": b"\x89PNG\r\n" + b"\x00\x01\x00\x02\x00\x00" * 500,
        "fake.parquet": CSV.encode(),
        "word.json": b'"hello"',
    }.items():
        with pytest.raises(TableUnreadable) as caught:
            read_table(put(tmp_path / name, content))
        assert caught.value.remedy
    with pytest.raises(TableUnreadable, match="no file"):
        read_table(tmp_path / "absent.csv")
    with pytest.raises(TableUnreadable, match="no file"):
        read_table(tmp_path)


def test_a_file_over_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as stream:
        stream.truncate(3 * 1024**3)  # a sparse file: three gigabytes in name only
    with pytest.raises(TableTooLarge, match="3,221,225,472"):
        read_table(path)


@pytest.mark.parametrize("kind", ["gz", "bz2", "xz", "zip"])
def test_a_small_file_that_unpacks_to_a_huge_one_is_stopped(tmp_path: Path, kind: str) -> None:
    bomb = b"1,2,3\n" * 1_000_000
    path = tmp_path / f"bomb.{kind}"
    if kind == "zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a.csv", bomb)
    else:
        put(path, PACK[kind](bomb))
    with pytest.raises(TableTooLarge, match="unpacked"):
        read_table(path, limits=ReadLimits(decompressed_bytes_max=5_000_000))


def test_named_limits_hold_for_columns_rows_and_cells(tmp_path: Path) -> None:
    with pytest.raises(TableTooLarge, match="columns"):
        read_table(put(tmp_path / "a.csv", CSV), limits=ReadLimits(columns_max=3))
    with pytest.raises(TableTooLarge, match="rows"):
        read_table(put(tmp_path / "a.csv", CSV), limits=ReadLimits(rows_max=10))
    for quote in ("", '"'):
        long_cell = CSV + f"41,1,{quote}{'x' * 40_000}{quote},0\n"
        table = read_table(put(tmp_path / "a.csv", long_cell))
        assert table.rows_read == 40
        assert table.quarantine.counts == {"cell_too_long": 1}
        assert len(table.quarantine.rows[0].text) <= 200


def test_ten_thousand_columns_are_read(tmp_path: Path) -> None:
    names = ",".join(f"feature_{n}" for n in range(10_000))
    row = ",".join(str(n % 7) for n in range(10_000))
    table = read_table(put(tmp_path / "wide.csv", f"{names}\n{row}\n{row}\n{row}\n"))
    assert (len(table.columns), table.rows_read, table.header) == (10_000, 3, True)


def test_a_wrong_delimiter_or_encoding_given_by_hand_is_refused(tmp_path: Path) -> None:
    path = put(tmp_path / "a.csv", CSV)
    with pytest.raises(TableUnreadable, match="one character"):
        read_table(path, delimiter="::")
    for odd in ("\0", "§", "💩", "\n", '"', "a"):
        with pytest.raises(TableUnreadable) as refused:
            read_table(path, delimiter=odd)
        assert refused.value.field == "delimiter"
    with pytest.raises(TableUnreadable, match="no encoding"):
        read_table(path, encoding="klingon")


def test_marks_of_inches_are_no_open_quotes(tmp_path: Path) -> None:
    table = read_table(put(tmp_path / "a.csv", CSV + "41,1,5'10\" tall,0\n42,1,Bonn,1\n"))
    assert table.rows_read == 42
    assert table.frame["city"].iloc[40] == "5'10\" tall"


def test_dates_whose_order_cannot_be_told_are_announced_and_can_be_settled(tmp_path: Path) -> None:
    path = put(tmp_path / "a.csv", "when,x\n03/04/2020,1\n05/06/2020,2\n")
    table = read_table(path)
    assert table.frame["when"].dt.month.tolist() == [3, 5]
    assert any("month first" in notice for notice in table.notices)
    assert read_table(path, day_first=True).frame["when"].dt.month.tolist() == [4, 6]


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet", "json", "csv.gz"])
def test_a_file_damaged_anywhere_gives_a_clear_error_or_counts_that_add_up(tmp_path: Path, kind: str) -> None:
    chance = random.Random(kind)
    whole = tmp_path / f"whole.{kind}"
    write = {"xlsx": usual_frame().to_excel, "parquet": usual_frame().to_parquet, "json": usual_frame().to_json}
    write.get(kind, usual_frame().to_csv)(whole)
    sound = whole.read_bytes()
    for _ in range(25):
        content = bytearray(sound)
        for _ in range(chance.choice([1, 3, 20])):
            place = chance.randrange(len(content))
            content[place : place + chance.choice([0, 1, 40])] = chance.choice(
                [b'"', b"\x00", b"\xff\xfe", b"\n", b"", b",,"]
            )
        try:
            assert_counts_add_up(read_table(put(tmp_path / f"damaged.{kind}", bytes(content))))
        except (TableEmpty, TableUnreadable) as error:
            assert error.remedy  # noqa: PT017 - sound content is as welcome
