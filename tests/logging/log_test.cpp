#include "everynode/logging/log.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace everynode::logging {
namespace {

TEST(Log, JsonCarriesEveryField) {
  const auto line =
      nlohmann::json::parse("{" + to_json("pod \"x\"", {{"uid", "a\nb"}, {"ops", std::int64_t{2}}}) + "}");
  EXPECT_EQ(line, nlohmann::json::parse(R"({"msg":"pod \"x\"","uid":"a\nb","ops":2})"));
}

TEST(Log, TextQuotesWhatWouldBeAmbiguous) {
  EXPECT_EQ(to_text("pod patched", {{"uid", "a"}, {"detail", "x y"}, {"none", ""}, {"ops", std::int64_t{2}}}),
            "pod patched uid=a detail=\"x y\" none=\"\" ops=2");
}

TEST(Log, PassesNothingToTheTerminalThatDrivesIt) {
  const std::string esc = "a\x1b[31m\r\u009b\x7f\u202e";
  EXPECT_EQ(to_text("no" + esc, {{"owner", esc}}),
            R"(noa\u001b[31m\r\u009b\u007f\u202e owner="a\u001b[31m\r\u009b\u007f\u202e")");
  const std::string line = to_json("m", {{"owner", esc}});
  EXPECT_EQ(line, R"("msg":"m","owner":"a\u001b[31m\r\u009b\u007f\u202e")");
  EXPECT_EQ(nlohmann::json::parse("{" + line + "}")["owner"], esc) << "machines read what it was";
}

}  // namespace
}  // namespace everynode::logging
