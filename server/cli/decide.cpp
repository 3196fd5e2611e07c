#include "everynode/cli/decide.hpp"

#include <algorithm>
#include <iostream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "cluster_facts.hpp"
#include "everynode/admission/decide.hpp"
#include "everynode/codec/document.hpp"
#include "everynode/codec/json_text.hpp"
#include "everynode/codec/printable.hpp"
#include "everynode/webhook/settings.hpp"
#include "input_objects.hpp"
#include "program.hpp"

namespace everynode::cli {
namespace {

using Json = nlohmann::ordered_json;
using Object = InputObject;

/// The decision about one object.
struct Decided {
  std::string text;
  admission::Result result;
};

Json patch_of(const admission::Decision& decision) {
  return Json::parse(decision.patch_json.empty() ? "[]" : decision.patch_json);
}

std::string patched_pod(Json document, const admission::Decision& decision) {
  Json& pod = document.contains("request") ? document["request"]["object"] : document;
  return pod.patch(patch_of(decision)).dump(2);
}

bool is_decidable(const std::string& kind) {
  return kind == "Pod" || kind == "AdmissionReview";
}

/// Refuses input with nothing to decide about. Objects of other kinds are ignored beside Pods and AdmissionReviews. An
/// object without a kind is a mistake of the user.
std::expected<void, std::string> check(const std::vector<Object>& objects) {
  const std::string expected = "expected a Pod or an AdmissionReview, got ";
  std::set<std::string> others;
  bool any = false;
  for (const Object& object : objects) {
    const std::string kind = kind_of(object.value);
    if (kind.empty()) return std::unexpected(object.place + expected + "neither");
    any = any || is_decidable(kind);
    others.insert("kind \"" + std::string(codec::clipped(kind)) + "\"");
  }
  if (any) return {};
  std::string kinds;
  for (const std::string& kind : others) kinds += (kinds.empty() ? "" : ", ") + kind;
  return std::unexpected(expected + (kinds.empty() ? "nothing" : kinds));
}

std::string render(const Json& document, const admission::Request& request, const admission::Decision& decision,
                   const admission::Facts& facts, DecideOutput output) {
  switch (output) {
    case DecideOutput::patch:
      return patch_of(decision).dump(2) + "\n";
    case DecideOutput::pod:
      return patched_pod(document, decision) + "\n";
    case DecideOutput::review:
      return Json::parse(to_json(answer(request, decision))).dump(2) + "\n";
    case DecideOutput::explain:
      return explain(request, decision, facts);
  }
  return {};
}

std::expected<Decided, std::string> decide_object(const Object& object, const admission::Policy& policy,
                                                  const admission::Facts& facts, DecideOutput output) {
  codec::Document document;
  codec::Document scratch;
  const auto read = kind_of(object.value) == "Pod" ? admission::read_pod : admission::read_review;
  const auto request = read(object.json, document, admission::parts_for(facts));
  if (!request) return std::unexpected(object.place + request.error().text());
  const admission::Decision decision = admission::decide(policy, *request, scratch, facts);
  return Decided{.text = render(object.value, *request, decision, facts, output), .result = decision.result};
}

/// "3 objects: 2 patched, 1 unchanged; passed over: 1 of another kind".
std::string summary_of(const std::vector<Decided>& decided, std::size_t others) {
  std::map<admission::Result, std::size_t> counts;
  for (const Decided& one : decided) ++counts[one.result];
  std::string text = std::to_string(decided.size()) + (decided.size() == 1 ? " object: " : " objects: ");
  bool first = true;
  for (const auto& [result, count] : counts) {
    text += (first ? "" : ", ") + std::to_string(count) + " " + std::string(name_of(result));
    first = false;
  }
  if (others > 0) text += "; passed over: " + std::to_string(others) + " of other kinds";
  return text;
}

int exit_code_of(admission::Result result) {
  switch (result) {
    case admission::Result::patched:
      return 0;
    case admission::Result::unchanged:
      return 3;
    case admission::Result::skipped:
      return 4;
    case admission::Result::failed:
      return 5;
  }
  return 1;
}

}  // namespace

std::expected<DecideAnswer, std::string> decide_input(const std::string& input, const admission::Policy& policy,
                                                      const DecideSettings& settings, const admission::Facts& facts) {
  const auto objects = objects_in(input);
  if (!objects) return std::unexpected(objects.error());
  if (const auto decidable = check(*objects); !decidable) return std::unexpected(decidable.error());
  std::vector<Decided> decided;
  for (const Object& object : *objects) {
    if (!is_decidable(kind_of(object.value))) continue;
    auto one = decide_object(object, policy, facts, settings.output);
    if (!one) return std::unexpected(one.error());
    decided.push_back(std::move(*one));
  }
  DecideAnswer answer;
  for (std::size_t i = 0; i < decided.size(); ++i) {
    if (settings.output == DecideOutput::explain && objects->size() > 1) {
      answer.text += (i == 0 ? "" : "\n") + std::to_string(i + 1) + " of " + std::to_string(decided.size()) + "\n";
    }
    answer.text += decided[i].text;
    if (settings.exit_code) answer.exit_code = std::max(answer.exit_code, exit_code_of(decided[i].result));
  }
  const bool bare = objects->size() == 1 && objects->front().place.empty();
  if (!bare) answer.summary = summary_of(decided, objects->size() - decided.size());
  return answer;
}

int run_decide(const DecideSettings& settings) {
  const auto facts = load_facts(settings.nodes, settings.overlays);
  if (!facts) {
    std::cerr << program_name() << " decide: " << codec::printable(facts.error()) << "\n";
    return 2;
  }
  const admission::Policy policy = webhook::load_policy(settings.config, settings.network_unavailable);
  const std::string input(std::istreambuf_iterator<char>(std::cin), {});
  const auto answer = decide_input(input, policy, settings, facts->facts());
  if (!answer) {
    std::cerr << program_name() << " decide: standard input: " << codec::printable(answer.error()) << "\n";
    return 2;
  }
  std::cout << answer->text;
  if (!answer->summary.empty()) std::cerr << program_name() << " decide: " << answer->summary << "\n";
  return answer->exit_code;
}

}  // namespace everynode::cli
