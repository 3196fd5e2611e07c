#include "target.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "everynode/codec/printable.hpp"
#include "everynode/objects/validation.hpp"

namespace everynode::cli {
namespace {

using Name = std::expected<std::string, std::string>;

constexpr std::string_view example = ": expected TYPE/NAME or TYPE NAME, as in ds/agent";

std::string in_quotes(std::string_view text) {
  return "'" + codec::printable(text) + "'";
}

/// kubectl leaves out as much of "daemonsets.v1.apps" as is clear without.
bool is_daemon_sets(std::string_view type) {
  std::string lower(type);
  std::ranges::transform(lower, lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c; });
  const auto dot = std::min(lower.find('.'), lower.size());
  constexpr std::array<std::string_view, 3> names{"ds", "daemonset", "daemonsets"};
  constexpr std::array<std::string_view, 3> groups{"", ".apps", ".v1.apps"};
  return std::ranges::find(names, std::string_view(lower).substr(0, dot)) != names.end() &&
         std::ranges::find(groups, std::string_view(lower).substr(dot)) != groups.end();
}

Name read(std::string_view type, std::string_view name) {
  if (!is_daemon_sets(type)) {
    return std::unexpected("type " + in_quotes(type) +
                           " is not known here; known are ds, daemonset and daemonsets, also with .apps or .v1.apps");
  }
  if (!objects::is_subdomain(name)) {
    return std::unexpected(in_quotes(name) +
                           " is no name of a DaemonSet: at most 253 lower-case letters, digits, '-' and '.', a letter "
                           "or digit at both ends");
  }
  return std::string(name);
}

Name read_pair(std::string_view word, std::size_t slash) {
  const std::string_view type = word.substr(0, slash);
  const std::string_view name = word.substr(slash + 1);
  if (type.empty()) return std::unexpected(in_quotes(word) + " has no type before the slash" + std::string(example));
  if (name.empty()) return std::unexpected(in_quotes(word) + " has no name behind the slash" + std::string(example));
  if (name.contains('/')) return std::unexpected(in_quotes(word) + " has several slashes" + std::string(example));
  return read(type, name);
}

}  // namespace

std::expected<std::string, std::string> read_target(const std::vector<std::string>& words) {
  if (words.empty()) return std::unexpected("no DaemonSet is named" + std::string(example));
  const std::string& first = words.front();
  if (const auto slash = first.find('/'); slash != std::string::npos) {
    if (words.size() == 1) return read_pair(first, slash);
    return std::unexpected(in_quotes(words[1]) + " is too much behind " + in_quotes(first) +
                           ": one DaemonSet at a time");
  }
  if (words.size() == 1) {
    if (is_daemon_sets(first))
      return std::unexpected(in_quotes(first) + " has no name behind it" + std::string(example));
    return std::unexpected(in_quotes(first) + " names no DaemonSet" + std::string(example));
  }
  if (words.size() > 2) {
    return std::unexpected(std::to_string(words.size() - 1) + " names, from " + in_quotes(words[1]) + " to " +
                           in_quotes(words.back()) + ": one DaemonSet at a time");
  }
  if (words[1].contains('/')) {
    return std::unexpected(in_quotes(words[1]) +
                           " has a type, and there is one before it: give the type once, as in ds/agent");
  }
  return read(first, words[1]);
}

std::expected<void, std::string> check_type(const std::vector<std::string>& words) {
  if (words.size() == 1 && is_daemon_sets(words.front())) return {};
  const bool named = words.size() > 1 || words.front().contains('/');
  return std::unexpected(
      in_quotes(words.back()) +
      (named ? " names one DaemonSet, and -A asks for those of all namespaces" : " is no type that is known here") +
      ": expected a type alone, as in ds");
}

}  // namespace everynode::cli
