#include "everynode/codec/printable.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

namespace everynode::codec {
namespace {

std::string in_quotes(std::string_view text) {
  std::string out;
  append_quoted_printable(out, text);
  return out;
}

TEST(Printable, LeavesWhatPeopleWriteAlone) {
  for (const char* text : {"", "agent", R"(C:\temp "x")", "längeres Wort, das länger ist", "日本語のテキスト",
                           "\U0001F600", "\u00A0 and \u00AD"}) {
    EXPECT_EQ(printable(text), text);
    EXPECT_TRUE(is_printable(text)) << text;
  }
}

TEST(Printable, ShowsWhatDrivesATerminal) {
  EXPECT_EQ(printable("n1\n"), R"(n1\n)");
  EXPECT_EQ(printable("a\tb\rc"), R"(a\tb\rc)");
  EXPECT_EQ(printable("\x1b[31mred\x1b]0;title\x07"), R"(\u001b[31mred\u001b]0;title\u0007)");
  EXPECT_EQ(printable(std::string_view("a\0b", 3)), R"(a\u0000b)");
  EXPECT_EQ(printable("\x7f"), R"(\u007f)");
  EXPECT_EQ(printable("C1: \u009b31m, \u0080 and \u0085"), R"(C1: \u009b31m, \u0080 and \u0085)");
}

TEST(Printable, ShowsWhatChangesTheDirectionOfWritingOrIsNotSeen) {
  EXPECT_EQ(printable("\u202Egnp.exe"), R"(\u202egnp.exe)");
  EXPECT_EQ(printable("\u2066a\u2069\u200E\u200F\u061C"), R"(\u2066a\u2069\u200e\u200f\u061c)");
  EXPECT_EQ(printable("a\u2028b\u2029c\uFEFF"), R"(a\u2028b\u2029c\ufeff)");
}

TEST(Printable, ShowsBytesThatAreNoUtf8) {
  EXPECT_EQ(printable("\xff\xfe"), R"(\xff\xfe)");
  EXPECT_EQ(printable("\x9b"
                      "31m"),
            R"(\x9b31m)")
      << "CSI of terminals that read Latin-1";
  EXPECT_EQ(printable("\xC0\xAF|\xED\xA0\x80|\xF4\x90\x80\x80|\xE2\x82"),
            R"(\xc0\xaf|\xed\xa0\x80|\xf4\x90\x80\x80|\xe2\x82)");
}

TEST(Printable, KeepsTheLinesOfAText) {
  EXPECT_EQ(printable_lines("a\x1b\n\nb\r\n"), "a\\u001b\n\nb\\r\n");
  EXPECT_EQ(printable_lines(""), "");
}

TEST(Printable, IsFoundWhereverItStands) {
  for (std::size_t length = 0; length < 40; ++length) {
    for (std::size_t at = 0; at <= length; ++at) {
      std::string text(length, 'x');
      text.insert(at, "\x1b");
      std::string expected(length, 'x');
      expected.insert(at, R"(\u001b)");
      EXPECT_EQ(printable(text), expected);
      EXPECT_FALSE(is_printable(text));
    }
  }
}

TEST(Printable, IsPrintableItself) {
  for (char32_t code = 0; code < 0x3000; ++code) {
    std::string text;
    if (code < 0x80) {
      text += static_cast<char>(code);
    } else if (code < 0x800) {
      text += static_cast<char>(0xC0 | (code >> 6));
      text += static_cast<char>(0x80 | (code & 0x3F));
    } else {
      text += static_cast<char>(0xE0 | (code >> 12));
      text += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
      text += static_cast<char>(0x80 | (code & 0x3F));
    }
    EXPECT_TRUE(is_printable(printable(text))) << static_cast<unsigned>(code);
    EXPECT_EQ(nlohmann::json::parse(in_quotes(text)).get<std::string>(), text) << static_cast<unsigned>(code);
  }
}

TEST(Printable, IsAJsonStringWhenItIsQuoted) {
  EXPECT_EQ(in_quotes("say \"no\\thing\"\n\u009b\xff"), R"("say \"no\\thing\"\n\u009b\ufffd")");
}

}  // namespace
}  // namespace everynode::codec
