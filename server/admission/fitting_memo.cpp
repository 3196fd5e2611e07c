#include "everynode/admission/fitting_memo.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "pod_text.hpp"

namespace everynode::admission {
namespace {

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
  /// Of containers: the name and most of the image of the first, and not yet the random name of a volume.
  void add_beginning(std::string_view containers) {
    add(containers.size());
    add(containers.substr(0, 64));
  }
  [[nodiscard]] std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0;
};

std::uint64_t digest_of(const objects::Pod& pod, const overlay::Node* node, const overlay::NodeKeys& keys) {
  Digest digest;
  digest.add(pod.metadata.labels_json);
  digest.add_beginning(pod.spec.init_containers_json);
  digest.add_beginning(pod.spec.containers_json);
  // A pod that has been patched has the stamp.
  if (pod.metadata.annotations) digest.add(pod.metadata.annotations->overlays);
  if (node == nullptr) return digest.value();
  for (const std::string& key : keys.labels) digest.add(node->labels.get(key));
  for (const auto& [resource, amount] : node->allocatable) digest.add(static_cast<std::uint64_t>(amount.nanos()));
  return digest.value();
}

std::size_t bytes_of(const objects::Labels& labels) {
  std::size_t bytes = 0;
  for (const auto& [key, value] : labels) bytes += 2 * sizeof(value) + key.size() + value.size();
  return bytes;
}

std::size_t bytes_of(const overlay::Node& node) {
  std::size_t bytes = sizeof(node) + node.name.size() + bytes_of(node.labels) + bytes_of(node.annotations);
  for (const auto& [resource, amount] : node.allocatable) bytes += sizeof(resource) + resource.size() + sizeof(amount);
  return bytes;
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
  for (const auto* sentences : {&fit.lowered, &fit.ties}) {
    for (const std::string& one : *sentences) bytes += sizeof(one) + one.size();
  }
  return bytes;
}

/// It is fitted as it is kept, so the result depends on nothing else.
Fitting fitting_of(const overlay::Catalog& catalog, const PodText& text, const overlay::Node* node,
                   codec::Document& scratch) {
  PodText::Source source;
  const auto pod = text.read(source);
  if (!pod) return {.fit = {}, .patch_json = {}, .patch_base64 = {}, .problem = pod.error()};
  return fit_checked(catalog, *pod, node, scratch);
}

}  // namespace

struct FittingMemo::Entry {
  std::shared_ptr<const overlay::Catalog> catalog;  ///< the fitting refers to it
  PodText pod;
  std::optional<overlay::Node> node;
  Fitting fitting;

  Entry(std::shared_ptr<const overlay::Catalog> overlays, const objects::Pod& like, const overlay::Node* on,
        const overlay::NodeKeys& keys, codec::Document& scratch)
      : catalog(std::move(overlays)), pod(like) {
    if (on != nullptr) node = reduced(*on, keys);
    fitting = fitting_of(*catalog, pod, node ? &*node : nullptr, scratch);
  }

  [[nodiscard]] bool is_for(const objects::Pod& other, const overlay::Node* on, const overlay::NodeKeys& keys) const {
    return node.has_value() == (on != nullptr) && pod.is_like(other) && (on == nullptr || is_like(*on, keys));
  }
  /// Reasons may name the node.
  [[nodiscard]] bool is_like(const overlay::Node& other, const overlay::NodeKeys& keys) const {
    return node->allocatable == other.allocatable && alike(node->labels, other.labels, keys.labels) &&
           alike(node->annotations, other.annotations, keys.annotations) &&
           (fitting.fit.refusals.empty() || node->name == other.name);
  }
  [[nodiscard]] std::size_t bytes() const {
    return sizeof(Entry) + pod.bytes() + (node ? bytes_of(*node) : 0) + bytes_of(fitting.fit) +
           fitting.patch_json.size() + fitting.patch_base64.size() + fitting.problem.size();
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
  if (&catalog != catalog_) return std::make_shared<const Fitting>(fitting_of(catalog, PodText(pod), node, scratch));
  Space& space = space_of(pod.metadata.namespace_);
  const std::uint64_t digest = digest_of(pod, node, space.keys);
  const auto found = space.entries.find(digest);
  if (found != space.entries.end() && found->second->is_for(pod, node, space.keys)) return shared(found->second);
  ++fitted_;
  auto entry = std::make_shared<Entry>(space.catalog, pod, node, space.keys, scratch);
  const std::size_t bytes = entry->bytes();
  const auto fitting = shared(entry);
  if (bytes > most_bytes_ / 8) return fitting;  // no pod is worth all the others
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
