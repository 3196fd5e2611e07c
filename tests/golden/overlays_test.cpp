// What becomes of pods with overlays: tests/golden/overlays has a case in each .yaml (README.md there says how to write
// one), and what people reviewed in the .txt of the same name. EVERYNODE_BLESS=1 writes these anew.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/cluster_facts.hpp"
#include "everynode/cli/decide.hpp"
#include "everynode/files/yaml_writer.hpp"
#include "text_cases.hpp"

namespace everynode {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

const fs::path overlay_cases = EVERYNODE_SOURCE_DIR "/tests/golden/overlays";

/// The output of `everynode decide` for the pods of a text.
std::string decided_with(const std::string& pods, const cli::ClusterFacts& facts, cli::DecideOutput output) {
  const auto answer = cli::decide_input(
      pods, {}, {.output = output, .config = {}, .network_unavailable = {}, .exit_code = false}, facts.facts());
  if (!answer) throw std::runtime_error(answer.error());
  return answer->text;
}

std::string told_of_overlays(const std::string& objects, const cli::ClusterFacts& facts) {
  std::string text = decided_with(objects, facts, cli::DecideOutput::explain) + "\nwarnings\n";
  const Json review = Json::parse(decided_with(objects, facts, cli::DecideOutput::review));
  for (const Json& warning : review["response"].value("warnings", Json::array()))
    text += "  " + warning.get<std::string>() + "\n";
  return text + "\n" + files::to_yaml(decided_with(objects, facts, cli::DecideOutput::pod));
}

class Overlay : public ::testing::TestWithParam<std::string> {};

TEST_P(Overlay, MakesOfThePodWhatWasReviewed) {
  const std::string objects = golden::content_of(overlay_cases / (GetParam() + ".yaml"));
  const auto facts = cli::read_facts(objects, objects);
  ASSERT_TRUE(facts) << facts.error();
  const fs::path file = overlay_cases / (GetParam() + ".txt");
  const std::string actual = told_of_overlays(objects, *facts);
  golden::expect_as_reviewed(file, actual);
}

TEST_P(Overlay, GivesThePodThatComesOutNothingMore) {  // requirement A3
  const std::string objects = golden::content_of(overlay_cases / (GetParam() + ".yaml"));
  const auto facts = cli::read_facts(objects, objects);
  ASSERT_TRUE(facts) << facts.error();
  const std::string pod = decided_with(objects, *facts, cli::DecideOutput::pod);
  EXPECT_EQ(Json::parse(decided_with(pod, *facts, cli::DecideOutput::patch)), Json::array());
}

INSTANTIATE_TEST_SUITE_P(Golden, Overlay, ::testing::ValuesIn(golden::cases_in(overlay_cases)), golden::name_of);

}  // namespace
}  // namespace everynode
