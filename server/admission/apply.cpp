#include "apply.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

#include "everynode/objects/decode.hpp"

namespace everynode::admission {
namespace {

using Path = std::span<const std::string_view>;
using codec::JsonValue;

std::vector<std::string_view> tokens_of(std::string_view pointer) {
  constexpr std::size_t usual = 8;
  std::vector<std::string_view> tokens;
  tokens.reserve(usual);
  while (!pointer.empty()) {
    const auto end = std::min(pointer.find('/', 1), pointer.size());
    tokens.push_back(pointer.substr(1, end - 1));
    pointer.remove_prefix(end);
  }
  return tokens;
}

/// The index that a token means in an array of `size`: 0 to size, where size (and "-") is the end; nullopt if the token
/// is not an index.
std::optional<std::size_t> index_of(std::string_view token, std::size_t size) {
  if (token == "-") return size;
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), index);
  const bool is_number = error == std::errc() && end == token.data() + token.size();
  return is_number && index <= size ? std::optional(index) : std::nullopt;
}

/// Puts a value at the end of a path, step by step: an optional is a member, a vector is an array, a struct knows the
/// names of its members. With `replaces` there must be a value already. `Fill` writes the value into the place that was
/// found. Fill and Put report errors with `reader.fail`.
template <class Fill>
class Put {
 public:
  Put(codec::Reader& reader, bool replaces, Fill fill) : reader_(reader), replaces_(replaces), fill_(fill) {}

  void put(objects::Pod& pod, Path path) {
    if (path.size() > 1 && path[0] == "metadata" && path[1] == "annotations") {
      return put(pod.metadata.annotations, path.subspan(2));
    }
    if (path.size() < 2 || path[0] != "spec") {
      return reader_.fail("Everynode writes only below /spec and /metadata/annotations");
    }
    put(pod.spec, path[1], path.subspan(2));
  }

 private:
  void put(objects::PodSpec& spec, std::string_view member, Path rest) {
    if (member == "affinity") return put(spec.affinity, rest);
    if (member == "tolerations") return put(spec.tolerations, rest);
    const bool inside = rest.size() > 1;  // containers as such come and go with the template only
    if (member == "containers" && inside) return put(spec.containers, rest);
    if (member == "initContainers" && inside) return put(spec.init_containers, rest);
    if (member == "priorityClassName") return put(spec.priority_class_name, rest);
    if (member == "priority") return put(spec.priority, rest);
    if (member == "preemptionPolicy") return put(spec.preemption_policy, rest);
    unknown(member);
  }

  void put(objects::PodAnnotations& annotations, Path rest) {
    if (rest.size() == 1 && rest.front() == "everynode.dev~1node") return fill_(annotations.target_node);
    if (rest.size() == 1 && rest.front() == "everynode.dev~1overlays") return fill_(annotations.overlays);
    unknown(rest.front());
  }

  void put(objects::Container& container, Path rest) {
    if (rest.front() == "image") return put(container.image, rest.subspan(1));
    if (rest.front() == "args" && rest.size() == 1) return put(container.args, {});
    if (rest.front() == "env") return put(container.env, rest.subspan(1));
    if (rest.front() == "resources") return put(container.resources, rest.subspan(1));
    unknown(rest.front());
  }

  void put(objects::Resources& resources, Path rest) {
    if (rest.front() == "limits") return put(resources.limits, rest.subspan(1));
    if (rest.front() == "requests") return put(resources.requests, rest.subspan(1));
    unknown(rest.front());
  }

  void put(objects::ResourceAmounts& amounts, Path rest) {
    if (rest.size() > 1) return unknown(rest.back());
    auto found = std::ranges::find(amounts, rest.front(), &objects::ResourceAmounts::value_type::first);
    if (found == amounts.end() && replaces_) return nothing_there();
    if (found == amounts.end()) found = amounts.insert(found, {rest.front(), {}});
    fill_(found->second);
  }

  void put(objects::Affinity& affinity, Path rest) {
    rest.front() == "nodeAffinity" ? put(affinity.node_affinity, rest.subspan(1)) : unknown(rest.front());
  }

  void put(objects::NodeAffinity& affinity, Path rest) {
    const bool known = rest.front() == "requiredDuringSchedulingIgnoredDuringExecution";
    known ? put(affinity.required, rest.subspan(1)) : unknown(rest.front());
  }

  void put(objects::NodeSelector& selector, Path rest) {
    rest.front() == "nodeSelectorTerms" ? put(selector.terms, rest.subspan(1)) : unknown(rest.front());
  }

  void put(objects::NodeSelectorTerm& term, Path rest) {
    rest.front() == "matchFields" ? put(term.match_fields, rest.subspan(1)) : unknown(rest.front());
  }

  void put(objects::NodeSelectorRequirement&, Path rest) { unknown(rest.front()); }
  void put(objects::Toleration&, Path rest) { unknown(rest.front()); }
  void put(objects::EnvVar&, Path rest) { unknown(rest.front()); }
  void put(std::string_view&, Path rest) { unknown(rest.front()); }
  void put(std::int64_t&, Path rest) { unknown(rest.front()); }

  template <class T>
  void put(std::optional<T>& member, Path rest) {
    if (rest.empty() && replaces_ && !member) return nothing_there();
    if (rest.empty()) return fill_(member.emplace());
    if (!member) return reader_.fail("the parent is missing");
    put(*member, rest);
  }

  template <class T>
  void put(std::vector<T>& list, Path rest) {
    const auto index = index_of(rest.front(), list.size());
    if (!index) return reader_.fail("there is no element " + std::string(rest.front()));
    if (rest.size() == 1 && !replaces_) return fill_(*list.emplace(list.begin() + static_cast<std::ptrdiff_t>(*index)));
    if (*index == list.size()) return reader_.fail("the list ends before element " + std::string(rest.front()));
    if (rest.size() == 1) return fill_(list[*index] = T{});
    put(list[*index], rest.subspan(1));
  }

  void nothing_there() { reader_.fail("there is nothing to replace"); }
  void unknown(std::string_view name) { reader_.fail("Everynode writes no field " + std::string(name)); }

  codec::Reader& reader_;
  bool replaces_;
  Fill fill_;
};

/// Removes a requirement from a term's matchExpressions: the only value that Everynode moves.
std::optional<objects::NodeSelectorRequirement> take(objects::Pod& pod, Path path) {
  constexpr std::size_t length = 8;  // spec affinity nodeAffinity required... nodeSelectorTerms T matchExpressions N
  if (path.size() != length || path[6] != "matchExpressions") return std::nullopt;
  const auto& terms = objects::required_terms(pod.spec.affinity);
  const auto term = index_of(path[5], terms.size());
  if (!term || *term == terms.size()) return std::nullopt;
  auto& expressions = (*pod.spec.affinity->node_affinity->required->terms)[*term].match_expressions;
  const auto index = index_of(path[7], expressions ? expressions->size() : 0);
  if (!index || !expressions || *index == expressions->size()) return std::nullopt;
  const auto place = expressions->begin() + static_cast<std::ptrdiff_t>(*index);
  objects::NodeSelectorRequirement taken = std::move(*place);
  expressions->erase(place);
  return taken;
}

void apply_move(codec::Reader& reader, std::string_view from, std::string_view path, objects::Pod& pod) {
  const auto taken = take(pod, tokens_of(from));
  if (!taken) return reader.fail("there is nothing to move at " + std::string(from));
  const auto fill = [&](auto& place) {
    if constexpr (std::is_same_v<decltype(place), objects::NodeSelectorRequirement&>) {
      place = *taken;
    } else {
      reader.fail("a requirement does not belong at " + std::string(path));
    }
  };
  Put(reader, false, fill).put(pod, tokens_of(path));
}

/// Reads one operation, whose members stand in the order in which patch.cpp writes them, and applies it.
void apply_one(JsonValue value, objects::Pod& pod) {
  codec::Reader& reader = value.reader;
  std::string_view op;
  std::string_view from;
  std::string_view path;
  const auto put = [&](JsonValue member) {
    Put(reader, op == "replace", [&](auto& place) { read(member, place); }).put(pod, tokens_of(path));
  };
  codec::read_fields(value, codec::field<"op">(op), codec::field<"from">(from), codec::field<"path">(path),
                     codec::visit<"value">(put));
  if (reader.ok() && op == "move") apply_move(reader, from, path, pod);
}

}  // namespace

std::expected<objects::Pod, codec::Mistake> apply(const std::string& patch, objects::Pod pod,
                                                  codec::Document& document) {
  auto whole = document.read(patch, [&](JsonValue root) {
    codec::visit_elements(root, [&](JsonValue operation) { apply_one(operation, pod); });
  });
  if (!whole) return std::unexpected(std::move(whole.error()));
  return pod;
}

}  // namespace everynode::admission
