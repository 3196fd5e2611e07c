#include "everynode/core/apply.hpp"

#include <charconv>
#include <span>
#include <string_view>

#include "everynode/core/decode.hpp"
#include "everynode/core/document.hpp"
#include "everynode/core/encode.hpp"

namespace everynode::core {
namespace {

using Path = std::span<const std::string_view>;
using Element = Reader::Element;
using Requirements = std::vector<NodeSelectorRequirement>;

/// Why an operation cannot be applied; empty if it was.
using Refusal = std::string;

std::vector<std::string_view> tokens_of(std::string_view pointer) {
  std::vector<std::string_view> tokens;
  while (!pointer.empty()) {
    const auto end = std::min(pointer.find('/', 1), pointer.size());
    tokens.push_back(pointer.substr(1, end - 1));
    pointer.remove_prefix(end);
  }
  return tokens;
}

/// The index that a token means in an array of `size`: 0 ... size, where size (and "-") is its end; nullopt if it is none.
std::optional<std::size_t> index_of(std::string_view token, std::size_t size) {
  if (token == "-") return size;
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), index);
  const bool is_number = error == std::errc() && end == token.data() + token.size();
  return is_number && index <= size ? std::optional(index) : std::nullopt;
}

template <class T>
Refusal decode(Element value, T& out) {
  Reader reader;
  read(reader, value, out);
  return reader.error();
}

template <class T>
Refusal decode(Element value, std::vector<T>& out) {
  Reader reader;
  reader.array(value, [&](Element element) { read(reader, element, out.emplace_back()); });
  return reader.error();
}

// put() walks one step of the path at a time: an optional is a member, a vector is an array, a struct knows its members' names.

Refusal put(NodeSelectorRequirement&, Path, Element) { return "nothing is added inside a requirement"; }
Refusal put(Toleration&, Path, Element) { return "nothing is added inside a toleration"; }
Refusal put(NodeSelectorTerm& term, Path rest, Element value);
Refusal put(NodeSelector& selector, Path rest, Element value);
Refusal put(NodeAffinity& affinity, Path rest, Element value);
Refusal put(Affinity& affinity, Path rest, Element value);

template <class T>
Refusal put(std::vector<T>& list, Path rest, Element value) {
  const auto index = index_of(rest.front(), list.size());
  if (!index) return "no element " + std::string(rest.front()) + " in a list of " + std::to_string(list.size());
  if (rest.size() == 1) {
    const auto place = list.begin() + static_cast<std::ptrdiff_t>(*index);
    return decode(value, *list.emplace(place));
  }
  if (*index == list.size()) return "the list ends before element " + std::string(rest.front());
  return put(list[*index], rest.subspan(1), value);
}

template <class T>
Refusal put(std::optional<T>& member, Path rest, Element value) {
  if (rest.empty()) return decode(value, member.emplace());
  if (!member) return "its parent is missing";
  return put(*member, rest, value);
}

Refusal unknown(std::string_view name) { return "Everynode writes no field " + std::string(name); }

Refusal put(NodeSelectorTerm& term, Path rest, Element value) {
  if (rest.front() == "matchFields") return put(term.match_fields, rest.subspan(1), value);
  return unknown(rest.front());
}

Refusal put(NodeSelector& selector, Path rest, Element value) {
  if (rest.front() == "nodeSelectorTerms") return put(selector.terms, rest.subspan(1), value);
  return unknown(rest.front());
}

Refusal put(NodeAffinity& affinity, Path rest, Element value) {
  if (rest.front() == "requiredDuringSchedulingIgnoredDuringExecution") {
    return put(affinity.required, rest.subspan(1), value);
  }
  return unknown(rest.front());
}

Refusal put(Affinity& affinity, Path rest, Element value) {
  if (rest.front() == "nodeAffinity") return put(affinity.node_affinity, rest.subspan(1), value);
  return unknown(rest.front());
}

Refusal put(Pod& pod, Path path, Element value) {
  if (path.size() < 2 || path[0] != "spec") return "Everynode writes only below /spec";
  if (path[1] == "affinity") return put(pod.spec.affinity, path.subspan(2), value);
  if (path[1] == "tolerations") return put(pod.spec.tolerations, path.subspan(2), value);
  return unknown(path[1]);
}

/// Takes a requirement out of a term's matchExpressions: the only value that Everynode moves.
std::optional<NodeSelectorRequirement> take(Pod& pod, Path path) {
  constexpr std::size_t length = 8;  // spec affinity nodeAffinity required... nodeSelectorTerms T matchExpressions N
  if (path.size() != length || path[6] != "matchExpressions") return std::nullopt;
  const auto& terms = required_terms(pod.spec.affinity);
  const auto term = index_of(path[5], terms.size());
  if (!term || *term == terms.size()) return std::nullopt;
  auto& expressions = (*pod.spec.affinity->node_affinity->required->terms)[*term].match_expressions;
  const auto index = index_of(path[7], expressions ? expressions->size() : 0);
  if (!index || !expressions || *index == expressions->size()) return std::nullopt;
  const auto place = expressions->begin() + static_cast<std::ptrdiff_t>(*index);
  NodeSelectorRequirement taken = std::move(*place);
  expressions->erase(place);
  return taken;
}

Refusal apply_one(const Operation& operation, Pod& pod, Document& document) {
  std::string value = operation.value;
  if (!operation.from.empty()) {
    const auto from = tokens_of(operation.from);
    const auto taken = take(pod, from);
    if (!taken) return "nothing to move at " + operation.from;
    value = to_json(*taken);
  }
  const auto parsed = document.parse(value);
  if (!parsed) return "its value is not JSON: " + parsed.error();
  const auto path = tokens_of(operation.path);
  return put(pod, path, *parsed);
}

}  // namespace

std::expected<Pod, std::string> apply(const Patch& patch, Pod pod) {
  Document document;
  for (const Operation& operation : patch) {
    const Refusal refusal = apply_one(operation, pod, document);
    if (!refusal.empty()) return std::unexpected("cannot write " + operation.path + ": " + refusal);
  }
  return pod;
}

}  // namespace everynode::core
