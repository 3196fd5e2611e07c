#include "everynode/objects/switches.hpp"

#include <ranges>

#include "everynode/codec/json_text.hpp"
#include "everynode/objects/validation.hpp"

namespace everynode::objects {
namespace {

/// `annotation everynode.dev/suspend is "yes"`.
std::string quoted(std::string_view annotation, std::string_view value) {
  constexpr std::size_t most = 80;
  const std::string shown(codec::clipped(value, most));
  return "annotation " + std::string(annotation) + " is \"" + shown + (shown.size() < value.size() ? "..." : "") + "\"";
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

/// Calls `visit` with each entry of a list with commas until that returns false. False: it did.
template <class Visit>
bool each_entry(std::string_view list, Visit visit) {
  if (list.empty()) return visit(list);  // which splits into nothing
  for (const auto part : list | std::views::split(',')) {
    if (!visit(trimmed({part.begin(), part.end()}))) return false;
  }
  return true;
}

void add_mistake(std::string mistake, Switches& out) {
  if (!out.mistake.empty()) out.mistake += "; ";
  out.mistake += mistake;
}

void read_placement(std::string_view value, Switches& out) {
  const bool understood = each_entry(value, [&](std::string_view word) {
    if (word == "no-virtual-nodes") {
      out.no_virtual_nodes = true;
    } else if (word == "no-cordoned-nodes") {
      out.no_cordoned_nodes = true;
    } else {
      return false;
    }
    return true;
  });
  if (understood) return;
  add_mistake(quoted(placement_annotation, value) + ", no list of no-virtual-nodes and no-cordoned-nodes", out);
}

bool is_daemon_set(std::string_view entry) {
  const auto slash = entry.find('/');
  if (slash == std::string_view::npos) return is_subdomain(entry);
  return is_subdomain(entry.substr(0, slash)) && is_subdomain(entry.substr(slash + 1));
}

}  // namespace

Switches read_switches(const Labels& annotations) {
  Switches out;
  if (const std::string* const value = annotations.find(suspend_annotation)) {
    out.suspended = *value == "true";
    if (*value != "true" && *value != "false") {
      add_mistake(quoted(suspend_annotation, *value) + ", neither true nor false", out);
    }
  }
  if (const std::string* const value = annotations.find(placement_annotation)) read_placement(*value, out);
  if (const std::string* const value = annotations.find(startup_annotation)) {
    out.starts_nodes = *value == "required";
    if (!out.starts_nodes) out.startup_mistake = quoted(startup_annotation, *value) + ", not required";
  }
  return out;
}

Exclusion read_exclusion(std::string_view annotation, std::string_view namespace_, std::string_view name) {
  if (trimmed(annotation) == "*") return Exclusion::excluded;
  bool found = false;
  const bool understood = each_entry(annotation, [&](std::string_view entry) {
    const auto slash = entry.find('/');
    const bool in_namespace = slash == std::string_view::npos || entry.substr(0, slash) == namespace_;
    found = found || (in_namespace && entry.substr(slash == std::string_view::npos ? 0 : slash + 1) == name);
    return is_daemon_set(entry);
  });
  if (!understood) return Exclusion::not_understood;
  return found ? Exclusion::excluded : Exclusion::none;
}

std::string mistake_in_exclusion(std::string_view annotation) {
  if (read_exclusion(annotation, {}, {}) != Exclusion::not_understood) return {};
  return quoted(exclude_annotation, annotation) + R"(, neither "*" nor a list of DaemonSets (NAME or NAMESPACE/NAME))";
}

}  // namespace everynode::objects
