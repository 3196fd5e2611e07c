#include "everynode/cli/decide.hpp"

#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "everynode/admission/decide.hpp"
#include "everynode/codec/document.hpp"
#include "everynode/codec/printable.hpp"
#include "everynode/files/yaml.hpp"
#include "everynode/webhook/settings.hpp"

namespace everynode::cli {
namespace {

using Json = nlohmann::ordered_json;

bool looks_like_json(const std::string& input) {
  const auto first = input.find_first_not_of(" \t\r\n");
  return first != std::string::npos && input[first] == '{';
}

Json patch_of(const admission::Decision& decision) {
  return Json::parse(to_json(decision.patch));
}

std::string patched_pod(Json document, const admission::Decision& decision) {
  Json& pod = document.contains("request") ? document["request"]["object"] : document;
  return pod.patch(patch_of(decision)).dump(2);
}

/// A Pod or an AdmissionReview.
std::expected<Json, std::string> parse(const std::string& json) try {
  Json document = Json::parse(json);
  const std::string kind = document.is_object() ? document.value("kind", "") : "";
  if (kind == "Pod" || kind == "AdmissionReview") return document;
  return std::unexpected("expected a Pod or an AdmissionReview, got " +
                         (kind.empty() ? "neither" : "kind \"" + kind + "\""));
} catch (const Json::exception& error) {
  return std::unexpected("not JSON: " + std::string(error.what()));
}

std::string render(const Json& document, const admission::Request& request, const admission::Decision& decision,
                   DecideOutput output) {
  switch (output) {
    case DecideOutput::patch:
      return patch_of(decision).dump(2) + "\n";
    case DecideOutput::pod:
      return patched_pod(document, decision) + "\n";
    case DecideOutput::review:
      return Json::parse(to_json(answer(request, decision))).dump(2) + "\n";
    case DecideOutput::explain:
      return explain(request, decision);
  }
  return {};
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
                                                      const DecideSettings& settings) {
  std::string json = input;
  if (!looks_like_json(input)) {
    auto converted = files::yaml_to_json(input);
    if (!converted) return std::unexpected("not YAML: " + converted.error());
    json = std::move(*converted);
  }
  const auto parsed = parse(json);
  if (!parsed) return std::unexpected(parsed.error());
  codec::Document document;
  codec::Document scratch;
  admission::Request request;
  const std::string problem = (*parsed)["kind"] == "Pod" ? admission::read_pod(json, document, request)
                                                         : admission::read_review(json, document, request);
  if (!problem.empty()) return std::unexpected(problem);
  const admission::Decision decision = admission::decide(policy, request, scratch);
  return DecideAnswer{.text = render(*parsed, request, decision, settings.output),
                      .exit_code = settings.exit_code ? exit_code_of(decision.result) : 0};
}

int run_decide(const DecideSettings& settings) {
  const admission::Policy policy = webhook::load_policy(settings.config, settings.network_unavailable);
  const std::string input(std::istreambuf_iterator<char>(std::cin), {});
  const auto answer = decide_input(input, policy, settings);
  if (!answer) {
    std::cerr << "everynode decide: standard input: " << codec::printable(answer.error()) << "\n";
    return 2;
  }
  std::cout << answer->text;
  return answer->exit_code;
}

}  // namespace everynode::cli
