// Changes JSON as JSON: removes, doubles, moves and replaces subtrees, and takes keys and values from a dictionary of
// Kubernetes' own. Input that is not JSON, and every third input, is changed byte by byte.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace {

using Json = nlohmann::ordered_json;  // keeps the order, on which a reader that only goes forwards depends
using Members = Json::object_t;
using Rng = std::minstd_rand;

/// Deeper documents are changed as bytes: writing them back is recursive.
constexpr int deepest = 500;

constexpr auto keys = std::to_array<const char*>({
    "apiVersion",
    "kind",
    "metadata",
    "spec",
    "status",
    "request",
    "object",
    "oldObject",
    "uid",
    "operation",
    "resource",
    "subResource",
    "dryRun",
    "options",
    "name",
    "generateName",
    "namespace",
    "labels",
    "annotations",
    "everynode.dev/node",
    "ownerReferences",
    "controller",
    "resourceVersion",
    "generation",
    "continue",
    "remainingItemCount",
    "items",
    "type",
    "code",
    "reason",
    "message",
    "details",
    "retryAfterSeconds",
    "nodeName",
    "affinity",
    "nodeAffinity",
    "tolerations",
    "nodeSelectorTerms",
    "matchExpressions",
    "matchFields",
    "key",
    "operator",
    "values",
    "effect",
    "value",
    "tolerationSeconds",
    "hostNetwork",
    "requiredDuringSchedulingIgnoredDuringExecution",
    "op",
    "path",
    "from",
    "preferredDuringSchedulingIgnoredDuringExecution",
    "ownerKinds",
    "networkUnavailable",
    "group",
    "kubernetes.io/config.mirror",
    "clusters",
    "contexts",
    "users",
    "current-context",
    "server",
    "certificate-authority-data",
    "token",
    "client-certificate-data",
    "client-key-data",
    "insecure-skip-tls-verify",
    "deletionTimestamp",
    "k8s.io/initial-events-end",
    "tls-server-name",
    "proxy-url",
});

Json scalar(Rng& rng) {
  static const std::vector<Json> values = {nullptr,
                                           true,
                                           false,
                                           0,
                                           1,
                                           -1,
                                           410,
                                           429,
                                           1.5,
                                           std::uint64_t(-1),
                                           "",
                                           "n1",
                                           "Pod",
                                           "Node",
                                           "DaemonSet",
                                           "apps/v1",
                                           "v1",
                                           "CREATE",
                                           "UPDATE",
                                           "In",
                                           "NotIn",
                                           "Exists",
                                           "Gt",
                                           "Equal",
                                           "NoSchedule",
                                           "NoExecute",
                                           "metadata.name",
                                           "node.kubernetes.io/unschedulable",
                                           "node.kubernetes.io/network-unavailable",
                                           "add",
                                           "move",
                                           "remove",
                                           "replace",
                                           "test",
                                           "/spec/tolerations/-",
                                           "/spec/affinity",
                                           "/spec/affinity/nodeAffinity",
                                           "/a~0b~1c",
                                           "ADDED",
                                           "MODIFIED",
                                           "DELETED",
                                           "BOOKMARK",
                                           "ERROR",
                                           "Expired",
                                           "https://127.0.0.1:6443",
                                           "host-network",
                                           "always",
                                           "\n",
                                           std::string(300, 'x'),
                                           "\xC3\xA4",
                                           Json::object(),
                                           Json::array()};
  return values[rng() % values.size()];
}

/// A value inside of a document.
struct Place {
  Json* parent;
  std::ptrdiff_t index;

  [[nodiscard]] Json& value() const {
    return parent->is_array() ? (*parent)[static_cast<std::size_t>(index)] : member()->second;
  }
  [[nodiscard]] Members::iterator member() const { return parent->get_ref<Members&>().begin() + index; }
};

std::vector<Place> places_in(Json& document) {
  std::vector<Place> found;
  std::vector<Json*> open{&document};
  while (!open.empty()) {
    Json* const parent = open.back();
    open.pop_back();
    if (!parent->is_structured()) continue;
    for (std::ptrdiff_t i = 0; i < static_cast<std::ptrdiff_t>(parent->size()); ++i) {
      found.push_back({.parent = parent, .index = i});
      open.push_back(&found.back().value());
    }
  }
  return found;
}

void remove(const Place& place) {
  if (place.parent->is_array()) {
    place.parent->erase(static_cast<std::size_t>(place.index));
  } else {
    place.parent->get_ref<Members&>().erase(place.member());
  }
}

/// Puts a value into an array or object; in an object under a key that may exist already.
void insert(Json& parent, std::string key, Json value) {
  if (parent.is_array()) {
    parent.push_back(std::move(value));
  } else if (parent.is_object()) {
    parent.get_ref<Members&>().emplace_back(std::move(key), std::move(value));
  } else {
    parent = std::move(value);
  }
}

void change(Json& document, Rng& rng) {
  const std::vector<Place> places = places_in(document);
  if (places.empty()) return insert(document, keys[rng() % keys.size()], scalar(rng));
  const Place place = places[rng() % places.size()];
  const Place other = places[rng() % places.size()];
  const std::string key = place.parent->is_object() ? place.member()->first : keys[rng() % keys.size()];
  Json value = place.value();
  switch (rng() % 9) {
    case 0:
      return remove(place);
    case 1:  // twice: in an object, a duplicate key
      return insert(*place.parent, key, std::move(value));
    case 2:  // as the last one
      remove(place);
      return insert(*place.parent, key, std::move(value));
    case 3:
      return insert(other.value(), key, std::move(value));
    case 4:
      other.value() = std::move(value);
      return;
    case 5:
      place.value() = scalar(rng);
      return;
    case 6:
      return insert(place.value(), keys[rng() % keys.size()], scalar(rng));
    case 7:  // under another name
      remove(place);
      return insert(*place.parent, keys[rng() % keys.size()], std::move(value));
    default:  // one level deeper
      place.value() = rng() % 2 == 0 ? Json::array({value}) : Json{{key, value}};
  }
}

int depth_of(std::string_view text) {
  int depth = 0;
  int most = 0;
  for (const char c : text) {
    depth += (c == '{' || c == '[') - (c == '}' || c == ']');
    most = std::max(most, depth);
  }
  return most;
}

/// The part of the input that is one JSON document: all of it, or one of its lines (of a watch), without what precedes
/// its first bracket.
std::string_view document_in(std::string_view input, Rng& rng) {
  if (Json::accept(input)) return input;
  const std::size_t somewhere = rng() % std::max<std::size_t>(input.size(), 1);
  const std::size_t newline = input.substr(0, somewhere).rfind('\n');
  std::string_view line = input.substr(newline == input.npos ? 0 : newline + 1);
  line = line.substr(0, line.find('\n'));
  line.remove_prefix(std::min(line.find_first_of("{["), line.size()));
  return line;
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
  Rng rng(seed);
  if (rng() % 3 == 0) return LLVMFuzzerMutate(data, size, max_size);
  const std::string input(reinterpret_cast<const char*>(data), size);
  const std::string_view text = document_in(input, rng);
  if (depth_of(text) > deepest) return LLVMFuzzerMutate(data, size, max_size);
  Json document = Json::parse(text, nullptr, false);
  if (document.is_discarded()) return LLVMFuzzerMutate(data, size, max_size);
  for (std::size_t changes = 1 + rng() % 4; changes > 0; --changes) change(document, rng);
  const bool ascii = rng() % 4 == 0;
  const std::string changed = document.dump(-1, ' ', ascii, Json::error_handler_t::replace);
  std::string output = input;
  output.replace(static_cast<std::size_t>(text.data() - input.data()), text.size(), changed);
  if (output.size() > max_size) return LLVMFuzzerMutate(data, size, max_size);
  std::memcpy(data, output.data(), output.size());
  return output.size();
}
