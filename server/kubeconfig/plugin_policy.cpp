#include "everynode/kubeconfig/plugin_policy.hpp"

#include <algorithm>

#include "everynode/codec/document.hpp"

namespace everynode::kubeconfig {
namespace {

using codec::field;
using codec::JsonValue;

struct Preference {
  std::string kind;
  std::string api_version;
  std::string policy;
  bool has_list = false;
  std::vector<std::string> commands;
};

/// `name` is the older name of `command`.
void read_entry(JsonValue value, Preference& preference) {
  std::string command;
  std::string name;
  codec::read_fields(value, field<"command">(command), field<"name">(name));
  if (!command.empty() && !name.empty() && command != name) value.fail("command and name differ; leave name out");
  preference.commands.push_back(command.empty() ? name : command);
}

void read(JsonValue value, Preference& preference) {
  const auto read_list = [&](JsonValue list) {
    preference.has_list = true;
    codec::visit_elements(list, [&](JsonValue entry) { read_entry(entry, preference); });
  };
  codec::read_fields(value, field<"kind">(preference.kind), field<"apiVersion">(preference.api_version),
                     field<"credentialPluginPolicy">(preference.policy),
                     codec::visit<"credentialPluginAllowlist">(read_list));
}

/// True for a path that Go's filepath.Clean leaves unchanged: no "//", "/./", "/../", and no slash at its end.
bool is_clean(std::string_view path) {
  if (path == "/" || path == "." || path == "..") return true;
  bool only_up = !path.starts_with('/');
  std::string_view rest = path.starts_with('/') ? path.substr(1) : path;
  while (true) {
    const std::size_t slash = rest.find('/');
    const std::string_view step = rest.substr(0, slash);
    if (step.empty() || step == "." || (step == ".." && !only_up)) return false;
    only_up = only_up && step == "..";
    if (slash == std::string_view::npos) return true;
    rest.remove_prefix(slash + 1);
  }
}

/// client-go: ValidatePluginPolicy.
std::expected<PluginPolicy, codec::Mistake> policy_of(const Preference& preference) {
  PluginPolicy policy{.kind = PluginPolicy::Kind::allow_all, .commands = preference.commands};
  const std::string& name = preference.policy;
  const std::string list = "credentialPluginAllowlist";
  if (name == "DenyAll") policy.kind = PluginPolicy::Kind::deny_all;
  if (name == "Allowlist") policy.kind = PluginPolicy::Kind::allowlist;
  const bool known = name.empty() || name == "AllowAll" || policy.kind != PluginPolicy::Kind::allow_all;
  if (!known)
    return codec::mistake("\"" + name + "\"; expected AllowAll, DenyAll or Allowlist", "credentialPluginPolicy");
  const bool wants_list = policy.kind == PluginPolicy::Kind::allowlist;
  if (!wants_list && preference.has_list)
    return codec::mistake("it counts with credentialPluginPolicy: Allowlist only", list);
  if (wants_list && policy.commands.empty())
    return codec::mistake("it is empty; expected entries, or the policy DenyAll", list);
  for (std::size_t i = 0; i < policy.commands.size(); ++i) {
    if (is_clean(policy.commands[i])) continue;
    return codec::mistake("\"" + policy.commands[i] + "\"; expected a command, without needless slashes and dots",
                          list + "[" + std::to_string(i) + "].command");
  }
  return policy;
}

std::string_view base_of(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

}  // namespace

std::expected<std::optional<PluginPolicy>, codec::Mistake> read_preference(const std::string& json) {
  Preference preference;
  codec::Document document;
  auto whole = document.read(json, [&](JsonValue root) { read(root, preference); });
  if (!whole) return std::unexpected(std::move(whole.error()));
  if (preference.kind != "Preference" || !preference.api_version.starts_with("kubectl.config.k8s.io/")) {
    return std::nullopt;
  }
  auto policy = policy_of(preference);
  if (!policy) return std::unexpected(std::move(policy.error()));
  return std::move(*policy);
}

bool may_run(const PluginPolicy& policy, const std::string& command, const std::string& place, const LookUp& look_up) {
  if (policy.kind != PluginPolicy::Kind::allowlist) return policy.kind == PluginPolicy::Kind::allow_all;
  return std::ranges::any_of(policy.commands, [&](const std::string& entry) {
    if (entry == command || entry == place) return true;
    return base_of(entry) == base_of(place) && !place.empty() && look_up(entry) == place;
  });
}

}  // namespace everynode::kubeconfig
