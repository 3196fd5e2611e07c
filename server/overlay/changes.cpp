#include "changes.hpp"

#include <algorithm>
#include <iterator>

#include "containers.hpp"
#include "everynode/codec/json_text.hpp"

namespace everynode::overlay {
namespace {

using codec::Operation;
using codec::Patch;

using Settings = std::vector<const Setting*>;

std::string json_text(std::string_view text) {
  std::string out;
  codec::append_quoted(out, text);
  return out;
}

/// A member that stands there is replaced, one that is absent is added.
void put(std::string path, std::string json, bool there, Patch& patch) {
  patch.push_back(there ? Operation::replace(std::move(path), std::move(json))
                        : Operation::add(std::move(path), std::move(json)));
}

std::string args_of(const objects::Container& container) {
  std::string out = "[";
  for (const std::string_view text : *container.args) {
    if (out.size() > 1) out += ',';
    codec::append_quoted(out, text);
  }
  return out += ']';
}

std::string entry_of(const Setting& setting) {
  return R"({"name":)" + json_text(setting.name) + R"(,"value":)" + setting.json + "}";
}

/// Of two variables of one name the last one counts.
void change_variable(const std::vector<objects::EnvVar>& env, const std::string& path, const Setting& wanted,
                     Patch& patch) {
  const auto last = std::ranges::find(env.rbegin(), env.rend(), wanted.name, &objects::EnvVar::name);
  if (last == env.rend()) return patch.push_back(Operation::add(path + "/-", entry_of(wanted)));
  if (!last->from_source && json_text(last->value) == wanted.json) return;
  const auto index = std::distance(last, env.rend()) - 1;
  patch.push_back(Operation::replace(path + "/" + std::to_string(index), entry_of(wanted)));
}

void change_env(const objects::Container& container, const std::string& path, const Settings& wanted, Patch& patch) {
  if (wanted.empty()) return;
  if (container.env) {
    for (const Setting* setting : wanted) change_variable(*container.env, path, *setting, patch);
    return;
  }
  std::string list = "[";
  for (const Setting* setting : wanted) list += (list.size() > 1 ? "," : "") + entry_of(*setting);
  patch.push_back(Operation::add(path, list + "]"));
}

std::string map_of(const Settings& amounts) {
  std::string map = "{";
  for (const Setting* amount : amounts) {
    codec::append_member(map, amount->name);
    map += amount->json;
  }
  return map += '}';
}

void change_amounts(const std::optional<objects::ResourceAmounts>& own, const std::string& path, const Settings& wanted,
                    Patch& patch) {
  if (wanted.empty()) return;
  if (!own) return patch.push_back(Operation::add(path, map_of(wanted)));
  for (const Setting* setting : wanted) {
    const auto there = std::ranges::find(*own, setting->name, &objects::ResourceAmounts::value_type::first);
    const bool exists = there != own->end();
    if (exists && parse_quantity(there->second.text) == setting->quantity) continue;
    put(path + "/" + setting->name, setting->json, exists, patch);
  }
}

void change_resources(const objects::Container& container, const std::string& path, const Settings& limits,
                      const Settings& requests, Patch& patch) {
  if (limits.empty() && requests.empty()) return;
  if (container.resources) {
    change_amounts(container.resources->limits, path + "/limits", limits, patch);
    change_amounts(container.resources->requests, path + "/requests", requests, patch);
    return;
  }
  std::string resources = "{";
  if (!limits.empty()) resources += R"("limits":)" + map_of(limits);
  if (!requests.empty()) resources += (limits.empty() ? "" : ",") + (R"("requests":)" + map_of(requests));
  patch.push_back(Operation::add(path, resources + "}"));
}

void change_container(const objects::Container& container, const std::string& path, const Settings& settings,
                      Patch& patch) {
  const auto of = [&](Part part) {
    Settings found;
    std::ranges::copy_if(settings, std::back_inserter(found),
                         [&](const Setting* setting) { return setting->part == part; });
    return found;
  };
  for (const Setting* image : of(Part::image)) {
    if (container.image && json_text(*container.image) == image->json) continue;
    put(path + "/image", image->json, container.image.has_value(), patch);
  }
  for (const Setting* args : of(Part::args)) {
    // The API server does not store an empty list, so each call would add it again.
    if (container.args ? args_of(container) == args->json : args->json == "[]") continue;
    put(path + "/args", args->json, container.args.has_value(), patch);
  }
  change_env(container, path + "/env", of(Part::env), patch);
  change_resources(container, path + "/resources", of(Part::limit), of(Part::request), patch);
}

/// The numbers that follow from the class are changed where they stand: the API server has written them, and refuses
/// those of another class.
void change_priority(const objects::PodSpec& spec, const std::string& name, const PriorityClass& wanted, Patch& patch) {
  if (!spec.priority_class_name || json_text(*spec.priority_class_name) != name)
    put("/spec/priorityClassName", name, spec.priority_class_name.has_value(), patch);
  if (spec.priority && *spec.priority != wanted.value)
    patch.push_back(Operation::replace("/spec/priority", std::to_string(wanted.value)));
  if (spec.preemption_policy && *spec.preemption_policy != wanted.preemption_policy)
    patch.push_back(Operation::replace("/spec/preemptionPolicy", json_text(wanted.preemption_policy)));
}

}  // namespace

Patch changes(const Catalog& catalog, const objects::Pod& pod, const std::vector<Contribution>& contributions) {
  const Containers containers(pod.spec);
  std::vector<Settings> wanted(containers.size());
  const Setting* priority_class = nullptr;
  const DaemonSetOverlay* giver = nullptr;
  for (const Contribution& contribution : contributions) {
    for (const Setting& setting : contribution.settings) {
      if (setting.part != Part::priority_class) {
        wanted[setting.container].push_back(&setting);
        continue;
      }
      priority_class = &setting;
      giver = contribution.overlay;
    }
  }
  Patch patch;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (!wanted[i].empty()) change_container(containers.at(i), containers.path_of(i), wanted[i], patch);
  }
  if (giver == nullptr) return patch;
  change_priority(pod.spec, priority_class->json, *catalog.priority_class(giver->priority_class_name), patch);
  return patch;
}

}  // namespace everynode::overlay
