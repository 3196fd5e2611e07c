"""Each rule finds its mistakes, and nothing else."""

from __future__ import annotations

import unittest

from tests.lint import rules


class Purity(unittest.TestCase):
    def found(self, path: str, text: str) -> bool:
        return bool(rules.purity(path, text))

    def test_finds_the_shell(self):
        for header in (
            "boost/asio.hpp",
            "openssl/ssl.h",
            "spdlog/spdlog.h",
            "sys/socket.h",
            "unistd.h",
            "thread",
            "fstream",
            "everynode/net/server.hpp",
        ):
            self.assertTrue(self.found("server/codec/a.cpp", f"#include <{header}>\n"), header)
        self.assertTrue(self.found("include/everynode/kube/a.hpp", '#include "everynode/logging/log.hpp"\n'))
        self.assertTrue(self.found("server/http/a.cpp", "const auto now = std::chrono::system_clock::now();"))
        self.assertTrue(self.found("server/cache/a.cpp", "std::mt19937 generator(std::random_device{}());"))

    def test_leaves_values_alone(self):
        for header in (
            "vector",
            "chrono",
            "random",
            "simdjson.h",
            "protozero/pbf_reader.hpp",
            "nlohmann/json.hpp",
            "boost/container/small_vector.hpp",
            "everynode/objects/pod.hpp",
            "near.hpp",
        ):
            self.assertFalse(self.found("server/admission/a.cpp", f"#include <{header}>\n"), header)
        self.assertFalse(self.found("server/net/a.cpp", "#include <thread>\n"))
        self.assertFalse(self.found("server/codec/base64.cpp", "#include <openssl/evp.h>\n"))


class Awaits(unittest.TestCase):
    def found(self, statement: str) -> bool:
        return bool(rules.awaits_names("a.cpp", "Awaitable<void> f() {\n  int before = 0;\n  " + statement + "\n}\n"))

    def test_finds_what_compilers_get_wrong(self):
        for statement in (
            "co_await f(Options{.a = 1});",
            "const auto x = co_await f({1, 2});",
            "co_await f([&] { return 1; });",
            "co_await [] () -> X { co_return; }();",
            "const auto x = co_await (a ? f() : g());",
            "if (co_await f({1})) {\n    g();\n  }",
            "auto [x] = g({1}, co_await f());",
            "g([&] {\n    a();\n    b();\n  }, co_await f());",
            "while (!co_await f(a ? 1 : 2)) g();",
            "return h(Pair{\n      .a = co_await f()});",
        ):
            self.assertTrue(self.found(statement), statement)

    def test_leaves_names_alone(self):
        for statement in (
            "co_await f(x);",
            "const auto [error, bytes] = co_await f(x, y[0]);",
            "while (co_await f()) {\n  }",
            "if (a) {\n    b = {1};\n  }\n  co_await f();",
            "const X x{1};\n  co_await f(x);",
            "for (int i = 0; i < 3; ++i) co_await f();",
            'co_await f("{?}");  // really?',
            "spawn(loop, [f]() -> X {\n    co_await f();\n  });",
            "if constexpr (tls) co_await f();",
            "const int c = a ? b : d;\n  if (!co_await f()) co_return false;",
        ):
            self.assertFalse(self.found(statement), statement)


class Files(unittest.TestCase):
    def test_length(self):
        self.assertTrue(rules.length("a", "\n" * 501))
        self.assertFalse(rules.length("a", "\n" * 500))

    def test_width(self):
        self.assertTrue(rules.width("a.py", "x" * 121 + "\n"))
        self.assertFalse(rules.width("a.py", "x" * 120 + "\n"))
        self.assertFalse(rules.width("a.md", "x" * 121 + "\n"))

    def test_modules(self):
        self.assertTrue(rules.modules("a.py", "#!/usr/bin/env python3\n"))
        self.assertTrue(rules.modules("a.py", '"""What."""\n\nsys.path.insert(0, "x")\n'))
        self.assertFalse(rules.modules("a.py", '"""What."""\n\nimport sys\n# not sys.path\n'))

    def test_documentation(self):
        path = "include/everynode/objects/a.hpp"
        for text in (
            "#pragma once\n",
            "// What.\n#pragma once\n",
            "/// What.\n\n#include <vector>\n#pragma once\n",
            "/// What.\n",
        ):
            self.assertTrue(rules.documented(path, text), text)
        self.assertFalse(rules.documented(path, "/// What\n/// it is.\n#pragma once\n"))
        self.assertTrue(rules.documented("server/codec/a.hpp", "#pragma once\n"))
        self.assertFalse(rules.documented("server/codec/a.cpp", ""))


class Errors(unittest.TestCase):
    def found(self, declaration: str, path: str = "include/everynode/codec/a.hpp") -> bool:
        return bool(rules.errors(path, declaration + "\n"))

    def test_finds_errors_that_may_get_lost(self):
        for declaration in (
            "std::expected<Node, Mistake> read_node(std::string_view json);",
            "  static std::expected<void, std::string> make();",
            "  boost::asio::awaitable<std::expected<void, Failure>> send(\n      int a);",
            "[[nodiscard]] std::string read_node(std::string_view json, Node& out);",
            "bool read(Node& out);",
        ):
            self.assertTrue(self.found(declaration), declaration)

    def test_leaves_others_alone(self):
        for declaration in (
            "[[nodiscard]] std::expected<std::vector<Node>, Mistake> read_nodes(\n    std::string_view json);",
            "  std::expected<void, std::string> self_probe;",
            "using Answer = std::expected<Object, Problem>;",
            "  std::function<void(std::expected<void, std::string>)> done);",
            "  [[nodiscard]] std::expected<void, Mistake> read();\n};\n"
            "template <class Read>\nstd::expected<void, Mistake> Document::read() {",
            "void append(std::string& out, std::string_view text);",
            "// std::expected<Node, Mistake> read_node(std::string_view json);",
        ):
            self.assertFalse(self.found(declaration), declaration)
        self.assertFalse(self.found("std::expected<int, int> a() {", "server/codec/a.cpp"))


if __name__ == "__main__":
    unittest.main()
