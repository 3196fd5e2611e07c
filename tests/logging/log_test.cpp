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

}  // namespace
}  // namespace everynode::logging
