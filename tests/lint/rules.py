"""The house's rules that no compiler checks. Each is a function from a file's path and text to the mistakes in it."""

from __future__ import annotations

import re

from tests.lint import folders

LIBRARIES = ("simdjson.h", "protozero/", "nlohmann/", "boost/container/", "boost/unordered/", "boost/url/")
BORROWED = {
    "server/codec/base64.cpp": ("openssl/evp.h",),
    "server/rollout/windows.cpp": ("cctz/civil_time.h", "cctz/time_zone.h"),  # zones that others have loaded
    "server/authentication/signature.cpp": tuple(
        f"openssl/{name}.h" for name in ("bn", "core_names", "ecdsa", "err", "evp", "param_build")
    ),
}
# Standard headers for the outside world: threads, files, signals, the time of day. <chrono> has durations, which are
# values.
WORLDLY = {
    "atomic",
    "barrier",
    "condition_variable",
    "csignal",
    "ctime",
    "filesystem",
    "fstream",
    "future",
    "iostream",
    "latch",
    "mutex",
    "semaphore",
    "shared_mutex",
    "stop_token",
    "thread",
}
INCLUDE = re.compile(r'^#include [<"]([^>"]+)[>"]', re.MULTILINE)
LONGEST_FILE = 500
WIDEST_LINE = 120


def is_pure(path: str) -> bool:
    folder = folders.TABLE.get(folders.folder_of(path))
    return folder is not None and folder.pure


def may_include(path: str, header: str) -> bool:
    """True for the values of pure folders, for the libraries that read JSON and protobuf and hold values, and for the
    standard library's values."""
    if header in BORROWED.get(path, ()):
        return True
    if header.startswith("everynode/"):
        return is_pure(f"include/{header}")
    if "/" in header or header.endswith(".h"):
        return header.startswith(LIBRARIES)
    return header.endswith(".hpp") or header not in WORLDLY


def purity(path: str, text: str) -> list[str]:
    """A pure folder sees no socket, thread, file, clock or chance, and no folder of the shell."""
    if not is_pure(path):
        return []
    problems = [
        f"a pure folder includes <{header}>" for header in INCLUDE.findall(text) if not may_include(path, header)
    ]
    if re.search(r"_clock::now\b|\brandom_device\b", text):
        problems.append(
            "a pure folder asks for the time or for chance; take the time, or a generator with its seed, as an argument"
        )
    return problems


def blank(match: re.Match) -> str:
    """Spaces in place of a comment or literal, so that lines and columns do not move."""
    return re.sub(r"[^\n]", " ", match[0])


def code_only(text: str) -> str:
    """The text without its comments and literals."""
    return re.sub(
        r'//[^\n]*|/\*.*?\*/|R"\((?:.|\n)*?\)"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'', blank, text, flags=re.DOTALL
    )


BLOCK_WORDS = {"else", "try", "do", "const", "noexcept", "mutable", "override"}


def opens_block(before: str) -> bool:
    """True if a brace behind this text begins statements; false if it begins the members of a value."""
    before = before.rstrip()
    if re.search(r"->[\w:<>,\s*&]+$", before):  # the result of a lambda
        return True
    word = re.search(r"\w+$", before)
    return word[0] in BLOCK_WORDS if word else before[-1:] in (")", ">", ":", ";", "{", "}", "")


def closes_block(after: str) -> bool:
    """True if a brace before this text ended statements: the next statement begins on a line of its own."""
    return re.match(r"[ \t]*\n\s*[\w(*]", after) is not None


def statement_start(code: str, at: int) -> int:
    """Where the statement with this place begins: behind the end of the previous statement, or at the beginning of its
    block."""
    depth = 0
    for i in range(at - 1, -1, -1):
        inside = depth > 0
        if code[i] == "}" and not inside and closes_block(code[i + 1 :]):
            return i + 1
        depth += {")": 1, "}": 1, "(": -1 if depth > 0 else 0, "{": -1 if depth > 0 else 0}.get(code[i], 0)
        if not inside and (code[i] == ";" or (code[i] == "{" and opens_block(code[:i]))):
            return i + 1
    return 0


def statement_at(code: str, at: int) -> str:
    """The statement with this place; for `if`, `while` and the like, the part before the block."""
    begin = statement_start(code, at)
    heads_block = re.match(r"\s*(if|while|for|switch|else)\b", code[begin:]) is not None
    depth = 0
    for i in range(begin, len(code)):
        depth += {"(": 1, ")": -1}.get(code[i], 0)
        ends = code[i] == ";" or (code[i] == "{" and heads_block)
        if ends and depth <= 0 and i > at:
            return code[begin:i]
    return code[begin:]


def awaits_names(_path: str, text: str) -> list[str]:
    """Compilers have miscompiled lifetimes in statements that suspend, so these may use names only."""
    code = code_only(text)
    problems = []
    for found in re.finditer(r"\bco_await\b", code):
        odd = [
            what
            for sign, what in (("{", "braces or a lambda"), ("?", "?:"))
            if sign in statement_at(code, found.start())
        ]
        line = code.count("\n", 0, found.start()) + 1
        problems += [f"line {line}: {what} in a statement with co_await; name it first" for what in odd]
    return problems


def length(_path: str, text: str) -> list[str]:
    lines = text.count("\n")
    return [f"{lines} lines; a file has {LONGEST_FILE} at most"] if lines > LONGEST_FILE else []


def width(path: str, text: str) -> list[str]:
    """For Python files: their formatter does not break texts in quotes. clang-format checks the C++ files."""
    wide = [number for number, line in enumerate(text.splitlines(), 1) if len(line) > WIDEST_LINE]
    return [f"line {number}: more than {WIDEST_LINE} columns" for number in wide] if path.endswith(".py") else []


def modules(path: str, text: str) -> list[str]:
    """A Python program is started in only one way: as a module, from the root of the tree."""
    if not path.endswith(".py"):
        return []
    told = {"changes sys.path": r"^sys\.path\b", "begins with #!": r"\A#!"}
    return [f"{what}; start it with python3 -m" for what, sign in told.items() if re.search(sign, text, re.MULTILINE)]


def documented(path: str, text: str) -> list[str]:
    """A header begins with its purpose."""
    if not path.startswith(("include/", "server/")) or not path.endswith(".hpp"):
        return []
    comment, pragma, _ = text.partition("#pragma once\n")
    lines = comment.splitlines()
    good = pragma and lines and all(line.startswith("/// ") or line == "///" for line in lines)
    return [] if good else ["a header begins with /// what it is for, then #pragma once"]


RESULT = re.compile(r"^[ \t]*((?:\[\[nodiscard\]\] )?)[^\n;(]*\bstd::expected<[^;={]*?> (\w+)\(", re.MULTILINE)
BY_REFERENCE = re.compile(
    r"^[^\n;(]*\b(?:bool|std::string|std::optional<std::string>) (\w+)\([^;{]*& out\b", re.MULTILINE
)


def errors(path: str, text: str) -> list[str]:
    """In headers: a std::expected must be looked at, and is the only way to return a value or an error."""
    if not path.endswith(".hpp"):
        return []
    code = code_only(text)
    defined = {match[2] for match in RESULT.finditer(code) if match[1]}
    lost = [match[2] for match in RESULT.finditer(code) if not match[1] and match[2] not in defined]
    return [f"{name} returns a std::expected without [[nodiscard]]" for name in lost] + [
        f"{match[1]} returns a value by reference; return a std::expected" for match in BY_REFERENCE.finditer(code)
    ]


RULES = {
    "pure folders include no shell": purity,
    "co_await takes names only": awaits_names,
    "files stay short": length,
    "Python lines stay narrow": width,
    "Python programs are modules": modules,
    "headers say what they are for": documented,
    "errors have types and are looked at": errors,
    "folders use what the table allows": folders.edges,
}
OF_ALL_FILES = (length, width, modules)  # the others are about C++
