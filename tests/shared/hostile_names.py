"""Names of columns that nobody means, and that a table may have: what exports, messages and pages are tried on."""

LATEX = (
    *("{", "}", "$", "&", "#", "_", "%", "\\", "^", "~", "<", ">", '"', "'", "`", "``quoted''", "--", "<<", "|", "*"),
    *(
        r"\input{/etc/passwd}",
        r"\write18{ls}",
        r"\end{aligned}",
        r"}\end{document}",
        r"\text{",
        r"$x$",
        r"\[",
        r"\\",
        "[b]",
    ),
    *("a_b^c", "50 %", "a & b", "#1", "##", "^^M", "\\csname x\\endcsname", "{\\bf x}", "a\\", "%%", "$$", "~\\~"),
)
"""What means something to LaTeX."""

MARKS = (
    *("\x00", "\x07", "\x1b[31mred", "\x7f", "two\nlines", "tab\t", "\r", "\x85", "\u2028", "\u2029", "\xad"),
    *("\u202eback", "\u202a", "\u2066", "\u200b", "\u200d", "\ufeff", "\ud800", "\udfff", "\ufffe", "\U000e0001"),
)
"""What acts and is not seen: control and direction marks, halves of letters."""

KEYWORDS = ("lambda", "class", "None", "True", "def", "import", "print", "__import__('os')", "SELECT", "NULL", "pi")

SYMPY = (
    "E",
    "I",
    "N",
    "O",
    "Q",
    "S",
    "oo",
    "zoo",
    "nan",
    "beta",
    "gamma",
    "Symbol",
    "sin",
    "Add",
    "Lambda",
    "x0",
    "x_0",
)

LETTERS = (
    "größe",
    "体重",
    "Ω",
    "²",
    "a\u0301",
    "😀",
    "x",
    " x",
    "x ",
    "X",
    "",
    " ",
    "e",
    "10",
    "-1",
    "1e9",
    "a.b",
    "a" * 10_000,
)

NAMES = (*LATEX, *MARKS, *KEYWORDS, *SYMPY, *LETTERS)
