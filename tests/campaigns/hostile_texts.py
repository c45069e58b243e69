"""Texts that get out of quotes, run code, hide what follows, or never end, where nobody thought of them."""

from __future__ import annotations

NAMES = (
    *("", " ", "  \t", "\n", "two\nlines", "\r", "\x00", "\x07", "\x1b[2J", "\x1b]0;title\x07", "\x9b31m", "\x7f"),
    *("\u202e", "\u202emoc.elbat", "\u2066left\u2069", "\u200b", "\u2028", "\u2029", "\ufeff", "a\u0301", "\ufffe"),
    *("größe", "体重", "م", "🙂", "²", "ﬁ", "Å", "ａ", "\U0001d44e"),
    *("lambda", "class", "def", "None", "import", "print", "self", "match", "__import__", "__class__"),
    *("E", "I", "N", "S", "O", "Q", "pi", "oo", "beta", "gamma", "zoo", "Symbol", "exp", "sin", "sqrt", "Abs", "x0"),
    *("predict", "formula", "math", "np", "torch", "t1", "X", "y", "mean", "count", "select", "rowid", "table"),
    *("#", "$", "%", "&", "_", "^", "~", "{", "}", "\\", "$x$", "\\input{secret}", "\\end{document}", "%s", "{0}", "{}"),
    *("'", '"', "`", "'''", '"""', "');", '"); DROP TABLE data; --', "/*", "*/", "--", "]]>", "<!--", "<b>&amp;"),
    *("<script>alert(1)</script>", "javascript:alert(1)", "=1+1", "@SUM(A1)", "-", "+", "a,b", "a;b", "a|b", "a:b"),
    *("a b", "a-b", "a_b", "a.b", "a/b", "../../secret", "1st", "-1", "1e5", "nan", "inf", "null", "true", "CON"),
    *("a" * 300, "a" * 10_000, "x" * 62 + "y", "x" * 62 + "z", "[b]", "[b", "[/]", "[link=http://a]b[/link]", "${HOME}"),
)
"""Names of columns, categories, datasets."""

YAML = (
    *('"\\U00110000"', "[" * 900, "{a: " * 300, "[" * 900 + "]" * 900, "&a [*a]", "*nothing", "!!python/name:os.system"),
    *('!!python/object/apply:os.system ["touch RAN"]', "!!python/object/new:os.system [touch RAN]", "!!binary aGk="),
    *("!<tag:yaml.org,2002:python/object/apply:eval> ['open(\"RAN\", \"w\")']", "!!set {a, b}", "!!timestamp 2001-01-01"),
    *("1e999", "-1e999", ".nan", ".inf", "0x1F", "0o17", "0b11", "1_000", "9" * 5000, "-0.0", "1e-400", "12:30:00", "~"),
    *("[" + "1, " * 100_000 + "1]", "a" * 200_000, "[" + "'x', " * 5_000 + "]", "{" + "a: 1, " * 100 + "}"),
    *("<<: *a", "? [a, b]\n: c", "- - - - a", "|\n  text", ">-\n  text", "---\n", "...\n", "%YAML 9.9\n---\n", "\t", "\r\n"),
    *("\x00", "\x1b[2J", "\u202e", "\ufeff", "\ud7ff", "\x85", "'", '"', '"\\x1b[31m"', '"\\u202e"', '"\\0"', "#", ": ", "- "),
    *("a: &x [1, 1]\nb: &y [*x, *x, *x, *x, *x]\nc: &z [*y, *y, *y, *y, *y]\nd: [*z, *z, *z, *z, *z, *z]", "&x {a: *x}"),
    *("true", "No", "null", "[]", "{}", "[[]]", "[none, none]", "{name: mlp}", "{name: [mlp]}", "{name: {name: mlp}}"),
    *("/dev/zero", "/dev/stdin", "/proc/self/mem", "../../../etc/passwd", "file:///etc/passwd", "http://127.0.0.1:1/x"),
)
"""Pieces of YAML. A file RAN would tell that code was run."""
