#include "target_options.hpp"

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

}  // namespace

void add_target(CLI::App& verb, std::string& name) {
  const auto take = [&name](const std::vector<std::string>& words) {
    auto read = read_target(words);
    if (!read) throw CLI::ValidationError(read.error());
    name = std::move(*read);
  };
  verb.add_option_function<std::vector<std::string>>("TYPE/NAME", take,
                                                     "the DaemonSet, as in ds/agent; \"ds agent\" means the same")
      ->required()
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->type_name("");
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
