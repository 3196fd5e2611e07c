// Everynode's answers to recorded reviews and hand-written pods, and its plans for recorded clusters, in files that
// people review. EVERYNODE_BLESS=1 writes the files again.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "decided.hpp"
#include "everynode/cli/decide.hpp"
#include "everynode/cli/plan.hpp"
#include "everynode/kube/reply.hpp"
#include "everynode/objects/objects.hpp"

namespace everynode {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

const fs::path golden = EVERYNODE_SOURCE_DIR "/tests/golden";

/// The names of a folder's files with this beginning, without their extension.
std::vector<std::string> names_in(const std::string& folder, const std::string& begin = "") {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(golden / folder)) {
    const std::string name = entry.path().stem();
    if (name.starts_with(begin)) names.insert(name);
  }
  return {names.begin(), names.end()};
}

std::string content_of(const fs::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

void expect_content(const fs::path& file, const std::string& actual) {
  if (std::getenv("EVERYNODE_BLESS") != nullptr) std::ofstream(file) << actual;
  ASSERT_TRUE(fs::exists(file)) << file << " is missing; EVERYNODE_BLESS=1 writes it";
  EXPECT_EQ(content_of(file), actual) << "differs from " << file << "; EVERYNODE_BLESS=1 accepts it";
}

Json answer_to(const std::string& review) {
  const support::Decided decided = support::decide_review(review);
  EXPECT_EQ(decided.refused, "");
  const admission::Response response = admission::answer(decided.request, decided.decision);
  Json out;
  out["result"] = name_of(decided.decision.result);
  out["reason"] = name_of(decided.decision.reason);
  out["patch"] = response.patch.empty() ? Json() : Json::parse(response.patch);
  out["warnings"] = response.warnings;
  out["auditAnnotations"] = Json::object();
  for (const auto& [key, value] : response.audit_annotations) out["auditAnnotations"][std::string(key)] = value;
  return out;
}

/// The output of `everynode decide`.
std::string decided(const std::string& pod, cli::DecideOutput output) {
  const auto answer =
      cli::decide_input(pod, {}, {.output = output, .config = {}, .network_unavailable = {}, .exit_code = false});
  return answer ? answer->text : "refused: " + answer.error() + "\n";
}

/// The output of `everynode plan`, at the time of the recording.
std::string planned(const std::string& snapshot, cli::PlanOutput output) {
  const std::string at = Json::parse(snapshot)["metadata"]["annotations"]["everynode.dev/recorded-at"];
  const auto now = objects::parse_time(at);
  if (!now) return "recorded at no time: " + at + "\n";
  const auto answer = cli::plan_input(snapshot, output, *now);
  return answer ? answer->text : "refused: " + answer.error() + "\n";
}

class RecordedReview : public ::testing::TestWithParam<std::string> {};
class HandWrittenPod : public ::testing::TestWithParam<std::string> {};
class RecordedPod : public ::testing::TestWithParam<std::string> {};
class RecordedCluster : public ::testing::TestWithParam<std::string> {};

TEST_P(RecordedReview, IsAnsweredAsReviewed) {  // requirement A1
  const std::string review = content_of(golden / "recorded" / (GetParam() + ".json"));
  expect_content(golden / "answers" / (GetParam() + ".json"), answer_to(review).dump(2) + "\n");
}

TEST_P(HandWrittenPod, IsExplainedAndPatchedAsReviewed) {
  const std::string pod = content_of(golden / "pods" / (GetParam() + ".yaml"));
  expect_content(golden / "explained" / (GetParam() + ".txt"),
                 decided(pod, cli::DecideOutput::explain) + "\n" + decided(pod, cli::DecideOutput::pod));
}

TEST_P(RecordedCluster, IsPlannedAsReviewed) {
  const std::string snapshot = content_of(golden / "clusters" / (GetParam() + ".json"));
  expect_content(golden / "plans" / (GetParam() + ".txt"), planned(snapshot, cli::PlanOutput::text));
  expect_content(golden / "plans" / (GetParam() + ".json"), planned(snapshot, cli::PlanOutput::json));
}

/// `kubectl get -o yaml` prints the same as `-o json`: tests/golden/clusters in YAML, written by kubectl's own library.
TEST(Golden, ClusterInYamlIsPlannedAsInJson) {
  const std::string snapshot = Json::parse(content_of(golden / "yaml" / "settled.json"));
  const auto now = objects::parse_time("2026-11-24T12:00:00Z");
  ASSERT_TRUE(now);
  const auto from_yaml = cli::plan_input(snapshot, cli::PlanOutput::json, *now);
  ASSERT_TRUE(from_yaml) << from_yaml.error();
  const auto from_json = cli::plan_input(content_of(golden / "clusters" / "settled.json"), cli::PlanOutput::json, *now);
  ASSERT_TRUE(from_json) << from_json.error();
  EXPECT_EQ(from_yaml->text, from_json->text);
  EXPECT_EQ(from_yaml->summary, from_json->summary);
}

/// Reads an object that an API server answered in JSON and in protobuf, if it is an `Object`.
template <class Object, class ReadJson>
void expect_alike(const std::string& name, ReadJson read_json) {
  codec::Document document;
  const auto expected = read_json(content_of(golden / "encodings" / (name + ".json")), document);
  ASSERT_TRUE(expected) << expected.error().text();
  const std::string bytes = content_of(golden / "encodings" / (name + ".protobuf"));
  Object actual;
  EXPECT_TRUE(codec::read_protobuf([&] { objects::read(codec::open_envelope(bytes).object, actual); }));
  EXPECT_TRUE(actual == *expected);
}

TEST_P(RecordedPod, IsReadAlikeInBothEncodings) {
  expect_alike<objects::DaemonPod>(GetParam(), objects::read_daemon_pod);
}

TEST_P(RecordedPod, IsReadAlikeInBothEncodingsWithWhatAdmissionMadeOfIt) {
  const auto read = [](const std::string& json, codec::Document& document) {
    std::expected<objects::AuditedPod, codec::Mistake> pod(std::in_place);
    auto whole = document.read(json, [&](codec::JsonValue root) { objects::read(root, *pod); });
    if (!whole) pod = std::unexpected(whole.error());
    return pod;
  };
  expect_alike<objects::AuditedPod>(GetParam(), read);
}

TEST(Golden, NodeIsReadAlikeInBothEncodings) {
  expect_alike<objects::Node>("node", objects::read_node);
}

TEST(Golden, StatusIsReadAlikeInBothEncodings) {
  kube::Reply reply{.status = 404, .body = content_of(golden / "encodings" / "status.json"), .retry_after = {}};
  const kube::ApiStatus expected = kube::status_of(reply);
  EXPECT_EQ(expected.reason, "NotFound");
  reply.body = content_of(golden / "encodings" / "status.protobuf");
  reply.encoding = kube::Encoding::protobuf;
  EXPECT_EQ(kube::status_of(reply), expected);
}

TEST(Golden, HasNoExpectationWithoutAnInput) {
  EXPECT_TRUE(std::ranges::includes(names_in("recorded"), names_in("answers")));
  EXPECT_TRUE(std::ranges::includes(names_in("pods"), names_in("explained")));
  for (const std::string& plan : names_in("plans")) {
    EXPECT_TRUE(std::ranges::binary_search(names_in("clusters"), plan)) << plan;
  }
}

std::string test_name(const ::testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::ranges::replace(name, '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Golden, RecordedReview, ::testing::ValuesIn(names_in("recorded")), test_name);
INSTANTIATE_TEST_SUITE_P(Golden, HandWrittenPod, ::testing::ValuesIn(names_in("pods")), test_name);
INSTANTIATE_TEST_SUITE_P(Golden, RecordedPod, ::testing::ValuesIn(names_in("encodings", "pod-")), test_name);
INSTANTIATE_TEST_SUITE_P(Golden, RecordedCluster, ::testing::ValuesIn(names_in("clusters")), test_name);

}  // namespace
}  // namespace everynode
