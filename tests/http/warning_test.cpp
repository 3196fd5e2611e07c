#include "everynode/http/warning.hpp"

#include <gtest/gtest.h>

namespace everynode::http {
namespace {

using Texts = std::vector<std::string>;

Texts warnings(std::string_view value) {
  Texts texts;
  append_warnings(value, texts);
  return texts;
}

TEST(Warning, IsTheTextInTheHeader) {
  EXPECT_EQ(warnings(R"(299 - "unknown field \"spec.x\"")"), Texts{"unknown field \"spec.x\""});
  EXPECT_EQ(warnings(R"(299 api "a", 299 api "b, c" "Wed, 21 Oct 2015 07:28:00 GMT", 299 - "d")"),
            (Texts{"a", "b, c", "d"}));
  EXPECT_EQ(warnings(R"(299 - "")"), Texts{""});
}

TEST(Warning, ThatCannotBeReadEndsTheList) {
  EXPECT_EQ(warnings(""), Texts{});
  EXPECT_EQ(warnings("299"), Texts{});
  EXPECT_EQ(warnings("299 -"), Texts{});
  EXPECT_EQ(warnings(R"(299 - "a)"), Texts{});
  EXPECT_EQ(warnings("299 - \"a\\"), Texts{});
  EXPECT_EQ(warnings(R"(299 - "a", 299 - b)"), Texts{"a"});
  EXPECT_EQ(warnings(R"(299 - "a" "unfinished)"), Texts{"a"});
}

}  // namespace
}  // namespace everynode::http
