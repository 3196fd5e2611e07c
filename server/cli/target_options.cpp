#include "target_options.hpp"

#include <functional>
#include <memory>
#include <vector>

#include "everynode/objects/validation.hpp"
#include "target.hpp"

namespace everynode::cli {
namespace {

/// A namespace is an RFC 1123 label. It goes into URLs.
CLI::Validator namespace_name() {
  const auto read = [](std::string& text) -> std::string {
    const bool good = text.size() <= 63 && !text.contains('.') && objects::is_subdomain(text);
    return good ? "" : "'" + text + "' is no name of a namespace: at most 63 lower-case letters, digits and '-'";
  };
  return {read, ""};
}

using Words = std::vector<std::string>;

std::string read_name(const Words& words) {
  auto name = read_target(words);
  if (!name) throw CLI::ValidationError(name.error());
  return std::move(*name);
}

void add_words(CLI::App& verb, const std::function<void(const Words&)>& take) {
  verb.add_option_function<Words>("TYPE/NAME", take, "the DaemonSet, as in ds/agent; \"ds agent\" means the same")
      ->required()
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->type_name("");
}

}  // namespace

/// The words are judged last: a flag that took another one as its value, which is refused, leaves a word too much.
void add_target(CLI::App& verb, std::string& name) {
  const auto words = std::make_shared<Words>();
  add_words(verb, [words](const Words& read) { *words = read; });
  verb.parse_complete_callback([&name, words] {
    if (!words->empty()) name = read_name(*words);  // else CLI11 says so
  });
}

void add_target_or_all(CLI::App& verb, inspection::Target& target) {
  verb.add_flag("-A,--all-namespaces", target.all_namespaces,
                "a line for each DaemonSet of all namespaces, as in ds -A");
  const auto words = std::make_shared<Words>();
  add_words(verb, [words](const Words& read) { *words = read; });
  verb.parse_complete_callback([&target, words] {
    if (words->empty()) return;  // CLI11 says so
    if (!target.all_namespaces) {
      target.name = read_name(*words);
    } else if (const auto type = check_type(*words); !type) {
      throw CLI::ValidationError(type.error());
    }
  });
}

void add_cluster(CLI::App& verb, inspection::Target& settings) {
  verb.add_option("-n,--namespace", settings.namespace_, "its namespace (default: the context's)")
      ->type_name("NS")
      ->check(namespace_name());
  verb.add_option("--kubeconfig", settings.kubeconfig,
                  "how to reach the API server (default: where kubectl would look)")
      ->type_name("FILE");
  verb.add_option("--context", settings.overrides.context, "the kubeconfig's context (default: its current-context)")
      ->type_name("NAME");
  verb.add_option("--cluster", settings.overrides.cluster, "the kubeconfig's cluster (default: the context's)")
      ->type_name("NAME");
  verb.add_option("--user", settings.overrides.user, "the kubeconfig's user (default: the context's)")
      ->type_name("NAME");
}

}  // namespace everynode::cli
