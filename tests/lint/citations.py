"""The requirements that code and tests cite by number (`requirement 5.6`, `requirements 9.1 and 9.3`, `section 4 of the
requirements`): each cited number exists, and a test cites each requirement that is ours.

A document of requirements has a list item for each requirement:

    - **5.6** [LIVE, DEV] What has to be true.
      Not ours: the reason, if and only if the mark NOT OURS is there.
      Source: where it can be read.

Each requirement with the mark DEV has a row in the table under the heading "Deviations".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

DOCUMENTS = ("server/daemonset/requirements.md", "server/admission/requirements.md")
MARKS = {"LIVE", "QUIRK", "DEV", "NOT OURS"}
NUMBER = r"(?:\d{1,2}\.\d{1,2}|A\d{1,2})"
ITEM = re.compile(rf"^- \*\*({NUMBER})\*\* (?:\[([A-Z, ]+)\] )?((?:.+\n?)(?:  .+\n?)*)", re.MULTILINE)
ROW = re.compile(rf"^\| ({NUMBER}) \|", re.MULTILINE)
SECTION = re.compile(r"^## (\d{1,2})\. ", re.MULTILINE)
CITATION = re.compile(rf"\brequirements? ({NUMBER}(?:(?:,? and |, ){NUMBER})*)(?!\w)", re.IGNORECASE)
CITED_SECTION = re.compile(r"\bsections? (\d{1,2}(?:(?: and |, )\d{1,2})*) of the requirements\b")
# Numbers of requirements without the word: "(5.6)", or a comment that is only a number.
BARE = re.compile(
    r"\((\d{1,2}\.\d{1,2})(?:, [\d., ]+)?\)|(?://+|\"\"\"|#) ?(\d{1,2}\.\d{1,2})(?:,? [\d., ]*)?[:.]?(?=[\s\"]|$)"
)
DOCUMENT_NAME = re.compile(r"(?<![\w./:-])[\w./-]*\w\.md\b")


@dataclass(frozen=True)
class Requirement:
    marks: frozenset[str]
    text: str  # with its source, and the reason if it is not ours

    @property
    def ours(self) -> bool:
        return "NOT OURS" not in self.marks


def requirements_of(document: str) -> list[tuple[str, Requirement]]:
    """The numbered items of a document, in order."""
    found = []
    for number, marks, text in ITEM.findall(document):
        found.append((number, Requirement(frozenset(filter(None, marks.split(", "))), text)))
    return found


def ill_formed(document: str) -> list[str]:
    """What is wrong with a document of requirements."""
    items = requirements_of(document)
    numbers = [number for number, _ in items]
    rows = ROW.findall(document)
    problems = [f"{number} is there twice" for number in sorted({n for n in numbers if numbers.count(n) > 1})]
    problems += [
        f"{number}: the table of deviations has no requirement of this number with the mark DEV"
        for number in rows
        if number not in dict(items) or "DEV" not in dict(items)[number].marks
    ]
    for number, requirement in items:
        if unknown := requirement.marks - MARKS:
            problems.append(f"{number}: no such mark: {', '.join(sorted(unknown))}")
        if "\n  Source:" not in requirement.text:
            problems.append(f"{number} names no source")
        if ("\n  Not ours:" in requirement.text) == requirement.ours:
            problems.append(f"{number}: the mark NOT OURS and a line that says why go together")
        if "DEV" in requirement.marks and number not in rows:
            problems.append(f"{number} deviates, but the table of deviations does not say how")
    return problems


def in_one_line(text: str) -> str:
    """The text with its comments joined, because a citation may continue on the next line."""
    return re.sub(r"\n[ \t]*(?:///?<?|#)?[ \t]*", " ", text)


def cited(text: str) -> list[str]:
    """The numbers that a file cites."""
    return [number for found in CITATION.findall(in_one_line(text)) for number in re.findall(NUMBER, found)]


def cited_sections(text: str) -> list[str]:
    return [number for found in CITED_SECTION.findall(in_one_line(text)) for number in re.findall(r"\d+", found)]


def bare(text: str, known: Iterable[str]) -> list[str]:
    """Numbers of requirements that a comment cites without the word "requirement"."""
    comments = re.findall(r"(?<!:)//[^\n]*|\"\"\"[^\n]*|(?m:^\s*#[^\n]*)", text)
    return [number for comment in comments for found in BARE.findall(comment) for number in found if number in known]


def is_test(path: str) -> bool:
    name = path.rsplit("/", 1)[-1]
    return path.startswith("tests/") and (
        name.endswith("_test.cpp") or (name.startswith("test_") and name.endswith(".py"))
    )


def point_nowhere(documents: Mapping[str, str], files: Mapping[str, str]) -> list[str]:
    """Citations in the files, by path, that the documents lack; and documents that do not exist."""
    known = {number for document in documents.values() for number, _ in requirements_of(document)}
    sections = {number for document in documents.values() for number in SECTION.findall(document)}
    names = {path for path in files if path.endswith(".md")} | set(documents)
    problems = []
    for path, text in files.items():
        if path.startswith("tests/lint/") or path.endswith(".md"):
            continue
        problems += [f"{path}: there is no requirement {number}" for number in cited(text) if number not in known]
        problems += [
            f"{path}: the requirements have no section {number}"
            for number in cited_sections(text)
            if number not in sections
        ]
        problems += [f"{path}: a comment says {number}; if it is a requirement, say so" for number in bare(text, known)]
        problems += [
            f"{path}: there is no {name}"
            for name in DOCUMENT_NAME.findall(text)
            if not any(known_name.endswith(name) for known_name in names)
        ]
    return problems


def untested(documents: Mapping[str, str], files: Mapping[str, str]) -> list[str]:
    """Requirements of ours that no test cites."""
    by_tests = {number for path, text in files.items() if is_test(path) for number in cited(text)}
    return [
        f"{path}: no test cites requirement {number}; if it is not ours, mark it NOT OURS and say why"
        for path, document in documents.items()
        for number, requirement in requirements_of(document)
        if requirement.ours and number not in by_tests
    ]


def documents_of(files: Mapping[str, str]) -> dict[str, str]:
    return {path: files[path] for path in DOCUMENTS}


def documents_hold(files: Mapping[str, str]) -> list[str]:
    return [f"{path}: {problem}" for path, text in documents_of(files).items() for problem in ill_formed(text)]


OF_THE_TREE = {
    "requirements are complete": documents_hold,
    "citations point somewhere": lambda files: point_nowhere(documents_of(files), files),
    "each requirement is cited by a test": lambda files: untested(documents_of(files), files),
}
