"""Each check of the citations finds its mistakes, and nothing else."""

from __future__ import annotations

import unittest

from tests.lint import citations

DOCUMENT = """# Requirements

## 1. Nodes

- **1.1** [LIVE] A node.
  Source: `a.go`.
- **1.2** [QUIRK, DEV] Another, over
  two lines, v1.37.2.
  Source: `b.go`.
- **1.10** [NOT OURS] A third.
  Not ours: others do it.
  Source: `c.go`.

## Deviations

| 1.2 | so | because |
"""
DOCUMENTS = {"server/x/requirements.md": DOCUMENT}


class Documents(unittest.TestCase):
    def test_are_read(self):
        found = citations.requirements_of(DOCUMENT)
        self.assertEqual([number for number, _ in found], ["1.1", "1.2", "1.10"])
        self.assertEqual([requirement.ours for _, requirement in found], [True, True, False])
        self.assertEqual(citations.ill_formed(DOCUMENT), [])

    def test_are_complete(self):
        for was, becomes in (
            ("  Source: `a.go`.\n", ""),
            ("[LIVE]", "[ALIVE]"),
            ("  Not ours: others do it.\n", ""),
            ("[NOT OURS] ", ""),
            ("| 1.2 |", "| 1.1 |"),
            ("| 1.2 |", "| 1.3 |"),
            ("[QUIRK, DEV]", "[QUIRK]"),
            ("**1.10**", "**1.1**"),
        ):
            self.assertTrue(citations.ill_formed(DOCUMENT.replace(was, becomes)), becomes or was)


class Citations(unittest.TestCase):
    def test_are_found(self):
        for text, numbers in (
            ("/// As requirement 1.2 has it.", ["1.2"]),
            ("// requirements 1.1 and 1.2", ["1.1", "1.2"]),
            ("# Requirements 1.1, 1.2 and 1.10.", ["1.1", "1.2", "1.10"]),
            ("/// what\n  /// requirement\n  /// 1.2 says", ["1.2"]),
            ('"""Requirement A3."""', ["A3"]),
        ):
            self.assertEqual(citations.cited(text), numbers, text)

    def test_are_not_other_numbers(self):
        for text in (
            "requirement 12",
            "version 1.2",
            "the requirements: 1.2 s",
            "requirement 1.2x",
            "requirements.md 1.2",
        ):
            self.assertEqual(citations.cited(text), [], text)


class PointNowhere(unittest.TestCase):
    def found(self, text: str, path: str = "server/a.cpp") -> bool:
        return bool(citations.point_nowhere(DOCUMENTS, {path: text}))

    def test_finds_what_does_not_exist(self):
        for text in (
            "// requirement 1.3",
            "// requirements 1.1 and 2.1",
            "// section 2 of the requirements",
            "/// nodes.md says so",
            "// see docs/x.md 1.1",
        ):
            self.assertTrue(self.found(text), text)

    def test_finds_riddles(self):
        for text in (
            "TEST(A, B) {  // 1.2",
            "/// One of them (1.2).",
            "/// 1.1: a node",
            "// (1.1, 1.2)",
            '    """1.1, 1.2."""',
            "# 1.2",
        ):
            self.assertTrue(self.found(text), text)

    def test_leaves_the_rest_alone(self):
        for text in (
            "// requirement 1.2",
            "// section 1 of the requirements",
            "/// requirements.md",
            "x(1.2);",
            "// after 1.2 s",
            "// Boost (1.81)",
            "// https://example.com/other.md",
            "f(1.1, 1.2);  // numbers",
        ):
            self.assertFalse(self.found(text), text)


class Untested(unittest.TestCase):
    def test_names_each_that_no_test_cites(self):
        tests = {
            "tests/a/b_test.cpp": "// requirement 1.1",
            "tests/harness/e2e/test_c.py": "",
            "server/a.cpp": "// requirement 1.2",
        }
        self.assertEqual(
            [problem.split(";")[0] for problem in citations.untested(DOCUMENTS, tests)],
            ["server/x/requirements.md: no test cites requirement 1.2"],
        )
        tests["tests/harness/e2e/test_c.py"] = '"""Requirement 1.2."""'
        self.assertEqual(citations.untested(DOCUMENTS, tests), [])


if __name__ == "__main__":
    unittest.main()
