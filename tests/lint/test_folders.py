"""The rules about folders find their mistakes, and nothing else."""

from __future__ import annotations

import unittest

from tests.lint import folders

TABLE = folders.read("low pure:\nhigh pure: low\n\n# the shell\nout shell: low\n")


class Table(unittest.TestCase):
    def test_is_read(self):
        self.assertEqual(list(TABLE), ["low", "high", "out"])
        self.assertEqual(TABLE["high"], folders.Folder(True, frozenset({"low"})))

    def test_refuses_what_is_no_line(self):
        for text in ("low:\n", "low pure\n", "low pure: a,b\n", "low clean:\n", "low pure:\nlow shell:\n"):
            with self.assertRaises(ValueError, msg=text):
                folders.read(text)

    def test_has_no_circle(self):
        for text in ("a pure: b\nb pure: a\n", "a pure: a\n", "a pure: b\n", "a shell:\nb pure: a\n"):
            self.assertTrue(folders.well_formed(folders.read(text)), text)
        self.assertFalse(folders.well_formed(TABLE))

    def test_allows_nothing_unneeded(self):
        needed = {
            "server/high/a.cpp": '#include "everynode/low/a.hpp"\n',
            "include/everynode/out/a.hpp": "void f(low::A);\n",
        }
        self.assertFalse(folders.unused(needed, TABLE))
        for path in needed:
            self.assertTrue(folders.unused(needed | {path: '// low::A\n#include "a.hpp"\n'}, TABLE), path)


class Edges(unittest.TestCase):
    def found(self, path: str, text: str) -> bool:
        return bool(folders.edges(path, text, TABLE))

    def test_finds_arrows_that_are_not_in_the_table(self):
        self.assertTrue(self.found("server/low/a.cpp", '#include "everynode/high/a.hpp"\n'))
        self.assertTrue(self.found("include/everynode/out/a.hpp", '#include "everynode/high/a.hpp"\n'))
        self.assertTrue(self.found("server/out/a.cpp", "const auto a = high::a();\n"))
        self.assertTrue(self.found("server/out/a.cpp", '#include "low/private.hpp"\n'))
        self.assertTrue(self.found("server/new/a.cpp", ""))

    def test_leaves_the_others_alone(self):
        self.assertFalse(self.found("server/high/a.cpp", '#include "everynode/low/a.hpp"\n#include "a.hpp"\n'))
        self.assertFalse(self.found("server/high/a.cpp", '#include "everynode/high/a.hpp"\nhigh::A a;\n'))
        self.assertFalse(self.found("server/out/a.cpp", 'f("high::a");  // high::a\nboost::high::a();\n'))
        self.assertFalse(self.found("tests/low/a_test.cpp", '#include "everynode/high/a.hpp"\n'))
        self.assertFalse(self.found("server/main.cpp", '#include "everynode/high/a.hpp"\n'))


class Rooms(unittest.TestCase):
    def test_finds_a_large_one(self):
        others = {f"server/{name}/a.cpp": "\n" * 85 for name in "bcdefghij"}
        self.assertTrue(folders.rooms(others | {"server/a/a.cpp": "\n" * 80, "include/everynode/a/a.hpp": "\n" * 80}))
        self.assertFalse(folders.rooms(others | {"server/a/a.cpp": "\n" * 85, "tests/a/a.cpp": "\n" * 999}))


class Private(unittest.TestCase):
    def found(self, *includes: tuple[str, str]) -> list[str]:
        files = {"include/everynode/a/x.hpp": "", "server/a/x.cpp": '#include "everynode/a/x.hpp"\n'}
        return folders.private(files | {path: f'#include "{header}"\n' for path, header in includes})

    def test_finds_headers_that_nobody_else_wants(self):
        self.assertTrue(self.found())
        self.assertTrue(self.found(("tests/a/x_test.cpp", "everynode/a/x.hpp")))
        self.assertTrue(self.found(("include/everynode/a/y.hpp", "everynode/a/x.hpp")))

    def test_leaves_the_others_alone(self):
        self.assertFalse(self.found(("server/b/y.cpp", "everynode/a/x.hpp")))
        self.assertFalse(self.found(("server/main.cpp", "everynode/a/x.hpp")))
        self.assertFalse(self.found(("tests/support/y.hpp", "everynode/a/x.hpp")))
        self.assertFalse(
            self.found(("server/b/y.cpp", "everynode/a/y.hpp"), ("include/everynode/a/y.hpp", "everynode/a/x.hpp"))
        )


if __name__ == "__main__":
    unittest.main()
