#include "everynode/admission/fitting_memo.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "everynode/codec/texts.hpp"

namespace everynode::admission {
namespace {

using Containers = std::optional<std::vector<objects::Container>>;

void keep(std::string_view& text, codec::Texts& texts) {
  text = texts.keep(text);
}

void keep(std::optional<objects::ResourceAmounts>& amounts, codec::Texts& texts) {
  if (!amounts) return;
  for (auto& [name, amount] : *amounts) {
    keep(name, texts);
    keep(amount.text, texts);
  }
}

void keep(objects::Container& container, codec::Texts& texts) {
  keep(container.name, texts);
  if (container.image) keep(*container.image, texts);
  if (container.args) {
    for (std::string_view& arg : *container.args) keep(arg, texts);
  }
  if (container.env) {
    for (objects::EnvVar& variable : *container.env) {
      keep(variable.name, texts);
      keep(variable.value, texts);
    }
  }
  if (!container.resources) return;
  keep(container.resources->limits, texts);
  keep(container.resources->requests, texts);
}

void keep(Containers& containers, codec::Texts& texts) {
  if (!containers) return;
  for (objects::Container& container : *containers) keep(container, texts);
}

/// What a fitting depends on of a pod. No more of it is kept, so it depends on no more.
objects::Pod kept(const objects::Pod& pod, codec::Texts& texts) {
  objects::Pod out;
  out.metadata.namespace_ = texts.keep(pod.metadata.namespace_);
  out.metadata.labels = pod.metadata.labels;
  out.spec.init_containers = pod.spec.init_containers;
  out.spec.containers = pod.spec.containers;
  out.spec.priority_class_name = pod.spec.priority_class_name;
  out.spec.priority = pod.spec.priority;
  out.spec.preemption_policy = pod.spec.preemption_policy;
  out.spec.own_resources = pod.spec.own_resources;
  keep(out.spec.init_containers, texts);
  keep(out.spec.containers, texts);
  if (out.spec.priority_class_name) keep(*out.spec.priority_class_name, texts);
  if (out.spec.preemption_policy) keep(*out.spec.preemption_policy, texts);
  return out;
}

bool alike(const objects::PodSpec& a, const objects::PodSpec& b) {
  return a.own_resources == b.own_resources && a.priority == b.priority && a.containers == b.containers &&
         a.init_containers == b.init_containers && a.priority_class_name == b.priority_class_name &&
         a.preemption_policy == b.preemption_policy;
}

bool alike(const objects::Labels& a, const objects::Labels& b, const std::set<std::string, std::less<>>& keys) {
  return std::ranges::all_of(keys, [&](const std::string& key) {
    const std::string* const one = a.find(key);
    const std::string* const other = b.find(key);
    return one == nullptr || other == nullptr ? one == other : *one == *other;
  });
}

/// Spreads what is different; what it leaves out, or confuses, costs time only.
class Digest {
 public:
  void add(std::uint64_t number) { value_ = (value_ ^ number) * 0x9e3779b97f4a7c15U; }
  void add(std::string_view text) {
    add(std::hash<std::string_view>()(text));
    value_ ^= value_ >> 29;
  }
  void add(const Containers& containers) {
    if (!containers) return add(std::uint64_t{0});
    for (const objects::Container& one : *containers) {
      add(one.image.value_or(std::string_view()));
      add(one.env ? one.env->size() : 0);
      add(one.resources ? 1U : 0U);
    }
  }
  [[nodiscard]] std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0;
};

std::uint64_t digest_of(const objects::Pod& pod, const overlay::Node* node, const overlay::NodeKeys& keys) {
  Digest digest;
  for (const auto& [key, value] : pod.metadata.labels) digest.add(value);
  digest.add(pod.spec.init_containers);
  digest.add(pod.spec.containers);
  // A pod that has been patched has the stamp.
  if (pod.metadata.annotations) digest.add(pod.metadata.annotations->overlays);
  if (node == nullptr) return digest.value();
  for (const std::string& key : keys.labels) digest.add(node->labels.get(key));
  for (const auto& [resource, amount] : node->allocatable) digest.add(static_cast<std::uint64_t>(amount.nanos()));
  return digest.value();
}

std::size_t bytes_of(const std::vector<codec::Operation>& patch) {
  std::size_t bytes = 0;
  for (const codec::Operation& one : patch) bytes += sizeof(one) + one.path.size() + one.value.size();
  return bytes;
}

std::size_t bytes_of(const overlay::Fit& fit) {
  std::size_t bytes = sizeof(fit) + bytes_of(fit.patch) + fit.stamp.size();
  for (const overlay::Contribution& one : fit.contributions) {
    for (const overlay::Setting& setting : one.settings) bytes += sizeof(setting) + setting.json.size();
  }
  for (const overlay::Refusal& one : fit.refusals) bytes += sizeof(one) + one.overlay.size() + one.reason.size();
  for (const std::string& one : fit.ties) bytes += sizeof(one) + one.size();
  return bytes;
}

/// About what a list of texts takes, with what keeps them.
template <class List, class SizeOf>
std::size_t bytes_of(const std::optional<List>& list, SizeOf size_of) {
  std::size_t bytes = 0;
  if (!list) return bytes;
  for (const auto& one : *list) bytes += sizeof(one) + 2 * sizeof(std::string) + size_of(one);
  return bytes;
}

std::size_t bytes_of(const objects::Container& container) {
  const auto of_amount = [](const auto& one) { return one.first.size() + one.second.text.size(); };
  const auto of_variable = [](const objects::EnvVar& one) { return one.name.size() + one.value.size(); };
  std::size_t bytes = container.name.size() + container.image.value_or(std::string_view()).size();
  bytes += bytes_of(container.args, [](std::string_view arg) { return arg.size(); });
  bytes += bytes_of(container.env, of_variable);
  if (!container.resources) return bytes;
  return bytes + bytes_of(container.resources->limits, of_amount) + bytes_of(container.resources->requests, of_amount);
}

std::size_t bytes_of(const objects::Pod& pod) {
  const auto of_container = [](const objects::Container& one) { return bytes_of(one); };
  std::size_t bytes = bytes_of(pod.spec.init_containers, of_container) + bytes_of(pod.spec.containers, of_container);
  for (const auto& [key, value] : pod.metadata.labels) bytes += 2 * sizeof(std::string) + key.size() + value.size();
  return bytes;
}

}  // namespace

/// It is fitted as it is kept, so the result depends on nothing else.
struct FittingMemo::Entry {
  std::shared_ptr<const overlay::Catalog> catalog;  ///< the fitting refers to it
  codec::Texts texts;
  objects::Pod pod;
  std::optional<overlay::Node> node;
  Fitting fitting;

  Entry(std::shared_ptr<const overlay::Catalog> overlays, const objects::Pod& like, const overlay::Node* on,
        const overlay::NodeKeys& keys, codec::Document& scratch)
      : catalog(std::move(overlays)), pod(kept(like, texts)) {
    if (on != nullptr) node = reduced(*on, keys);
    fitting = fit_checked(*catalog, pod, node ? &*node : nullptr, scratch);
  }

  [[nodiscard]] bool is_for(const objects::Pod& other, const overlay::Node* on, const overlay::NodeKeys& keys) const {
    if (node.has_value() != (on != nullptr)) return false;
    return alike(pod.spec, other.spec) && pod.metadata.labels == other.metadata.labels &&
           (on == nullptr || is_like(*on, keys));
  }
  /// Reasons may name the node.
  [[nodiscard]] bool is_like(const overlay::Node& other, const overlay::NodeKeys& keys) const {
    return node->allocatable == other.allocatable && alike(node->labels, other.labels, keys.labels) &&
           alike(node->annotations, other.annotations, keys.annotations) &&
           (fitting.fit.refusals.empty() || node->name == other.name);
  }
  [[nodiscard]] std::size_t bytes() const {
    return sizeof(Entry) + bytes_of(pod) + bytes_of(fitting.fit) + fitting.patch_json.size() + fitting.problem.size();
  }
};

/// A namespace. Its overlays and the classes that they name are kept, so that they can be compared.
struct FittingMemo::Space {
  std::shared_ptr<const overlay::Catalog> catalog;
  overlay::NodeKeys keys;
  std::unordered_map<std::uint64_t, std::shared_ptr<const Entry>> entries;

  Space(const overlay::Catalog& all, std::string_view name)
      : catalog(std::make_shared<const overlay::Catalog>(
            all.part(name, [](const overlay::DaemonSetOverlay&) { return true; }))) {
    for (const overlay::DaemonSetOverlay& one : catalog->of(name)) keys.add(one);
  }

  [[nodiscard]] bool holds(std::string_view name, const overlay::Catalog& now) const {
    const auto class_of = [](const overlay::Catalog& one, const std::string& wanted) {
      const overlay::PriorityClass* const found = one.priority_class(wanted);
      return found != nullptr ? std::optional(*found) : std::nullopt;
    };
    const auto overlays = now.of(name);
    return std::ranges::equal(catalog->of(name), overlays) &&
           std::ranges::all_of(overlays, [&](const overlay::DaemonSetOverlay& one) {
             const std::string& wanted = one.priority_class_name;
             return class_of(*catalog, wanted) == class_of(now, wanted);
           });
  }
};

FittingMemo::FittingMemo(std::size_t most_bytes) : most_bytes_(most_bytes) {}
FittingMemo::~FittingMemo() = default;

void FittingMemo::keep_up_with(const std::shared_ptr<const overlay::Known>& known) {
  const bool same = !known_.owner_before(known) && !known.owner_before(known_);
  if (same) return;
  known_ = known;
  catalog_ = &known->catalog;
  const auto holds = [&](const auto& space) { return space.second->holds(space.first, *catalog_); };
  if (!std::ranges::all_of(spaces_, holds)) forget();
}

std::shared_ptr<const Fitting> FittingMemo::fit(const overlay::Catalog& catalog, const objects::Pod& pod,
                                                const overlay::Node* node, codec::Document& scratch) {
  if (&catalog != catalog_) return std::make_shared<const Fitting>(fit_checked(catalog, pod, node, scratch));
  Space& space = space_of(pod.metadata.namespace_);
  const std::uint64_t digest = digest_of(pod, node, space.keys);
  const auto found = space.entries.find(digest);
  if (found != space.entries.end() && found->second->is_for(pod, node, space.keys)) return shared(found->second);
  ++fitted_;
  const std::size_t most = most_bytes_ / 8;  // no pod is worth all the others
  if (bytes_of(pod) > most) return std::make_shared<const Fitting>(fit_checked(catalog, pod, node, scratch));
  auto entry = std::make_shared<Entry>(space.catalog, pod, node, space.keys, scratch);
  const std::size_t bytes = entry->bytes();
  const auto fitting = shared(entry);
  if (bytes > most) return fitting;
  if (bytes_ + bytes > most_bytes_) forget();
  std::shared_ptr<const Entry>& place = space_of(pod.metadata.namespace_).entries[digest];
  bytes_ += bytes - (place ? place->bytes() : 0);
  place = std::move(entry);
  return fitting;
}

std::shared_ptr<const Fitting> FittingMemo::shared(const std::shared_ptr<const Entry>& entry) {
  return {entry, &entry->fitting};
}

FittingMemo::Space& FittingMemo::space_of(std::string_view name_space) {
  if (const auto found = spaces_.find(name_space); found != spaces_.end()) return *found->second;
  return *spaces_.emplace(name_space, std::make_unique<Space>(*catalog_, name_space)).first->second;
}

void FittingMemo::forget() {
  spaces_.clear();
  bytes_ = 0;
}

}  // namespace everynode::admission
