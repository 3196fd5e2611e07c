#include "everynode/cli/decide.hpp"

#include <algorithm>
#include <iostream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "everynode/admission/decide.hpp"
#include "everynode/codec/document.hpp"
#include "everynode/codec/json_text.hpp"
#include "everynode/codec/printable.hpp"
#include "everynode/files/yaml.hpp"
#include "everynode/webhook/settings.hpp"
#include "program.hpp"

namespace everynode::cli {
namespace {

using Json = nlohmann::ordered_json;

/// One object of the input.
struct Object {
  std::string json;
  Json value;         ///< the same, with its members in order
  std::string place;  ///< "document 2 (line 14), items[3]: "; empty if the input is a single object
};

/// The decision about one object.
struct Decided {
  std::string text;
  admission::Result result;
};

Json patch_of(const admission::Decision& decision) {
  return Json::parse(to_json(decision.patch));
}

std::string patched_pod(Json document, const admission::Decision& decision) {
  Json& pod = document.contains("request") ? document["request"]["object"] : document;
  return pod.patch(patch_of(decision)).dump(2);
}

std::string kind_of(const Json& object) {
  const auto kind = object.is_object() ? object.find("kind") : object.end();
  return kind != object.end() && kind->is_string() ? kind->get<std::string>() : "";
}

bool is_list(const Json& object) {
  return kind_of(object).ends_with("List") && object.contains("items") && object["items"].is_array();
}

/// The items of an API server's PodList have no kind of their own.
Json typed_item(const Json& list, const Json& item) {
  const std::string kind = kind_of(list);
  if (!item.is_object() || item.contains("kind") || kind == "List") return item;
  Json typed{{"apiVersion", list.value("apiVersion", Json("v1"))}, {"kind", kind.substr(0, kind.size() - 4)}};
  typed.update(item);
  return typed;
}

/// Adds the object, or the items of a List.
void add(Object object, std::vector<Object>& objects) {
  if (!is_list(object.value)) return objects.push_back(std::move(object));
  const std::string before = object.place.empty() ? "" : object.place.substr(0, object.place.size() - 2) + ", ";
  const Json& items = object.value["items"];
  for (std::size_t i = 0; i < items.size(); ++i) {
    Json item = typed_item(object.value, items[i]);
    std::string json = item.dump();
    add({.json = std::move(json), .value = std::move(item), .place = before + "items[" + std::to_string(i) + "]: "},
        objects);
  }
}

std::expected<std::vector<Object>, std::string> objects_in(const std::string& input) {
  auto documents = files::read_documents(input);
  if (!documents) return std::unexpected(documents.error().text());
  std::vector<Object> objects;
  for (std::size_t i = 0; i < documents->size(); ++i) {
    files::Document& document = (*documents)[i];
    const std::string place = "document " + std::to_string(i + 1) + " (line " + std::to_string(document.line) + "): ";
    Json value = Json::parse(document.json);
    add({.json = std::move(document.json), .value = std::move(value), .place = documents->size() == 1 ? "" : place},
        objects);
  }
  return objects;
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

std::expected<Decided, std::string> decide_object(const Object& object, const admission::Policy& policy,
                                                  DecideOutput output) {
  codec::Document document;
  codec::Document scratch;
  const auto request = kind_of(object.value) == "Pod" ? admission::read_pod(object.json, document)
                                                      : admission::read_review(object.json, document);
  if (!request) return std::unexpected(object.place + request.error().text());
  const admission::Decision decision = admission::decide(policy, *request, scratch);
  return Decided{.text = render(object.value, *request, decision, output), .result = decision.result};
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
                                                      const DecideSettings& settings) {
  const auto objects = objects_in(input);
  if (!objects) return std::unexpected(objects.error());
  if (const auto decidable = check(*objects); !decidable) return std::unexpected(decidable.error());
  std::vector<Decided> decided;
  for (const Object& object : *objects) {
    if (!is_decidable(kind_of(object.value))) continue;
    auto one = decide_object(object, policy, settings.output);
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
  const admission::Policy policy = webhook::load_policy(settings.config, settings.network_unavailable);
  const std::string input(std::istreambuf_iterator<char>(std::cin), {});
  const auto answer = decide_input(input, policy, settings);
  if (!answer) {
    std::cerr << program_name() << " decide: standard input: " << codec::printable(answer.error()) << "\n";
    return 2;
  }
  std::cout << answer->text;
  if (!answer->summary.empty()) std::cerr << program_name() << " decide: " << answer->summary << "\n";
  return answer->exit_code;
}

}  // namespace everynode::cli
