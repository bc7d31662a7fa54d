"""Whether a password is of the kind that everybody tries first: a common word with figures, a row of keys, a sequence.

No list of leaked passwords: those of twelve characters and more are nearly all made in these few ways.
"""

WORDS = frozenset(
    """
    admin administrator angel arsenal babygirl barcelona baseball basketball batman butterfly changeme charlie chelsea
    chocolate company computer default demo dragon facebook flower football forever freedom google guest hello hockey
    hunter iloveyou intendant internet jennifer jordan killer lending letmein liverpool login love manchester master
    michael michelle minecraft monkey mustang mypassword naruto pass passwort password passphrase please pokemon princess
    rainbow root samsung secret shadow soccer starwars summer sunshine superman system temp test trustno welcome whatever
    winter
    """.split()  # noqa: SIM905 - words are read more easily so
)
ROWS = (
    "qwertyuiop",
    "qwertzuiop",
    "azertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "yxcvbnm",
    "1234567890",
    "abcdefghijklmnopqrstuvwxyz",
)
COLUMNS = (
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "qazwsxedcrfvtgbyhnujmikolp",
)
LEFT_MAX = 4
"""A password of which no more than so many letters and figures are its own is a common one."""
RUN_MIN = 4
_SPELLED = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i"})
_FIGURES = "0123456789!.?*# "
_LINES = tuple(line for each in (*ROWS, *COLUMNS) for line in (each * 2, each[::-1] * 2))


def is_common(password: str) -> bool:
    """Say whether hardly anything of a password is left without its common words, rows of keys and years."""
    text = password.casefold()
    stem = text.rstrip(_FIGURES)
    spelled = stem.translate(_SPELLED) + text[len(stem) :]
    return min(_own(text), _own(spelled)) <= LEFT_MAX


def _own(text: str) -> int:
    """Count the characters that stand in no word, run or repetition; figures at the end are worth little."""
    own, place = 0, 0
    while place < len(text):
        taken = max(_word(text, place), _run(text, place), _repeated(text, place))
        own += 0 if taken else text[place].isalnum()
        place += taken or 1
    figures = len(text) - len(text.rstrip(_FIGURES))
    return own - min(own, figures, 4)


def _word(text: str, place: int) -> int:
    return max((len(word) for word in WORDS if text.startswith(word, place)), default=0)


def _run(text: str, place: int) -> int:
    length = 0
    for line in _LINES:
        taken = RUN_MIN
        while place + taken <= len(text) and text[place : place + taken] in line:
            length = max(length, taken)
            taken += 1
    return length


def _repeated(text: str, place: int) -> int:
    """Return how much of the text repeats what stands directly before it."""
    for size in range(min(place, len(text) - place), 2, -1):
        if text[place - size : place] == text[place : place + size]:
            return size
    return 1 if place and text[place] == text[place - 1] else 0
