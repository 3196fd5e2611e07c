#include "yaml_composer.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <ranges>
#include <string_view>
#include <utility>

#include "everynode/codec/json_text.hpp"

namespace everynode::files {
namespace {

constexpr std::size_t max_depth = 500;
constexpr std::size_t max_copied = 16 * 1024 * 1024;

bool is_merge(const YamlEvent& key) {
  return key.type == YAML_SCALAR_EVENT && key.text == "<<" && (key.plain || key.tag == merge_tag);
}

/// How much of a document may come from aliases, depending on its size (go.yaml.in/yaml/v2, decode.go:
/// allowedAliasRatio).
bool too_many_aliases(std::size_t values, std::size_t aliased) {
  constexpr double low = 400'000;
  constexpr double high = 4'000'000;
  if (aliased <= 100 || values <= 1000) return false;
  const double large = std::clamp((static_cast<double>(values) - low) / (high - low), 0.0, 1.0);
  return static_cast<double>(aliased) / static_cast<double>(values) > 0.99 - 0.89 * large;
}

std::string in_quotes(std::string_view text) {
  std::string out;
  codec::append_quoted(out, codec::clipped(text));
  return out;
}

}  // namespace

YamlComposer::YamlComposer(const std::string& text, DuplicateKeys duplicates) : events_(text), duplicates_(duplicates) {
  events_.next();  // the start of the stream
}

std::optional<Document> YamlComposer::next() {
  const YamlEvent start = events_.next();
  if (start.type == YAML_STREAM_END_EVENT) return std::nullopt;
  out_ = std::string();
  anchors_.clear();
  values_ = aliased_ = copied_ = depth_ = deepest_ = 0;
  const YamlEvent root = events_.next();
  read(root);
  events_.next();  // the end of the document
  return Document{.json = std::move(out_), .line = root.place.line};
}

YamlComposer::Node YamlComposer::read(const YamlEvent& event) {
  if (event.type == YAML_ALIAS_EVENT) return {.kind = read_alias(event).node.kind, .scalar = {}, .members = {}};
  const Begun begun = begin(event);
  go_down(1, event.place);
  ++depth_;
  Node node = event.type == YAML_SEQUENCE_START_EVENT  ? read_sequence()
              : event.type == YAML_MAPPING_START_EVENT ? read_mapping()
                                                       : read_scalar(event);
  --depth_;
  end(begun, node);
  return node;
}

YamlComposer::Node YamlComposer::read_scalar(const YamlEvent& event) {
  auto scalar = resolve(event.tag, event.text, event.plain);
  if (!scalar) throw YamlMistake(event.place, scalar.error());
  const auto json = to_json(*scalar);
  if (!json)
    throw YamlMistake(event.place, in_quotes(event.text) + " has no place in JSON; expected a number, or quotes");
  out_ += *json;
  return {.kind = Node::Kind::scalar, .scalar = std::move(*scalar), .members = {}};
}

YamlComposer::Node YamlComposer::read_sequence() {
  out_ += '[';
  for (YamlEvent element = events_.next(); element.type != YAML_SEQUENCE_END_EVENT; element = events_.next()) {
    if (out_.back() != '[') out_ += ',';
    read(element);
  }
  out_ += ']';
  return {.kind = Node::Kind::sequence, .scalar = {}, .members = {}};
}

YamlComposer::Node YamlComposer::read_mapping() {
  const std::size_t begin = out_.size();
  out_ += '{';
  std::vector<Member> members;
  bool whole = true;
  for (YamlEvent key = events_.next(); key.type != YAML_MAPPING_END_EVENT; key = events_.next()) {
    if (is_merge(key)) {
      read_merged(events_.next(), members);
      whole = false;
    } else {
      read_member(key, members);
    }
  }
  close(begin, members, whole);
  return {.kind = Node::Kind::mapping, .scalar = {}, .members = std::move(members)};
}

const YamlComposer::Anchored& YamlComposer::read_alias(const YamlEvent& alias) {
  const Anchored& found = find(alias);
  count(1 + found.values, found.values, alias.place);
  copy(found.json.size(), alias.place);
  go_down(1 + found.depth, alias.place);
  out_ += found.json;
  return found;
}

void YamlComposer::read_member(const YamlEvent& key, std::vector<Member>& members) {
  std::string name = read_key(key);
  codec::append_member(out_, name);
  const std::size_t begin = out_.size();
  read(events_.next());
  members.push_back(
      {.key = std::move(name), .value = {.begin = begin, .end = out_.size()}, .place = key.place, .merged = false});
}

std::string YamlComposer::read_key(const YamlEvent& event) {
  count(1, 0, event.place);
  const bool alias = event.type == YAML_ALIAS_EVENT;
  if (!alias && event.type != YAML_SCALAR_EVENT)
    throw YamlMistake(event.place, "a list or a mapping is no key; expected a text");
  const auto scalar =
      alias ? std::expected<Scalar, std::string>(find(event).node.scalar) : resolve(event.tag, event.text, event.plain);
  if (!scalar) throw YamlMistake(event.place, scalar.error());
  if (alias && find(event).node.kind != Node::Kind::scalar)
    throw YamlMistake(event.place, "*" + event.anchor + " is no text, so it is no key");
  auto key = to_key(*scalar);
  if (!key) throw YamlMistake(event.place, "\"" + event.text + "\" is no key; quote it, if it is a text");
  if (alias || event.anchor.empty()) return std::move(*key);
  const Begun begun = begin(event);
  const std::size_t size = out_.size();
  end(begun, read_scalar(event));
  out_.resize(size);
  return std::move(*key);
}

void YamlComposer::read_merged(const YamlEvent& value, std::vector<Member>& members) {
  if (value.type == YAML_SEQUENCE_START_EVENT) return read_merged_list(value, members);
  read_merged_mapping(value, members);
}

/// Appends the members. The mapping's own text stays where it is until `close` rewrites it.
void YamlComposer::read_merged_mapping(const YamlEvent& value, std::vector<Member>& members) {
  const bool alias = value.type == YAML_ALIAS_EVENT;
  const Node::Kind kind = alias ? find(value).node.kind : Node::Kind::mapping;
  if ((!alias && value.type != YAML_MAPPING_START_EVENT) || kind != Node::Kind::mapping)
    throw YamlMistake(value.place, "expected a mapping behind <<, or a list of mappings");
  const std::size_t begin = out_.size();
  std::vector<Member> more;
  if (alias) {
    more = read_alias(value).node.members;
  } else {
    more = read(value).members;
  }
  for (Member& member : more) {
    member.merged = true;
    if (alias) member.value = {.begin = begin + member.value.begin, .end = begin + member.value.end};
  }
  std::ranges::move(more, std::back_inserter(members));
}

void YamlComposer::read_merged_list(const YamlEvent& list, std::vector<Member>& members) {
  const Begun begun = begin(list);
  std::vector<std::vector<Member>> mappings;
  out_ += '[';
  for (YamlEvent element = events_.next(); element.type != YAML_SEQUENCE_END_EVENT; element = events_.next()) {
    if (out_.back() != '[') out_ += ',';
    read_merged_mapping(element, mappings.emplace_back());
  }
  out_ += ']';
  end(begun, {.kind = Node::Kind::sequence, .scalar = {}, .members = {}});
  for (auto& mapping : mappings | std::views::reverse) std::ranges::move(mapping, std::back_inserter(members));
}

YamlComposer::Begun YamlComposer::begin(const YamlEvent& event) {
  Begun begun{.anchored = {}, .place = event.place, .begin = out_.size(), .values = values_, .deepest = deepest_};
  count(1, 0, event.place);
  if (event.anchor.empty()) return begun;
  begun.anchored = anchors_[event.anchor] = std::make_shared<Anchored>();
  deepest_ = depth_;
  return begun;
}

void YamlComposer::end(const Begun& begun, const Node& node) {
  if (!begun.anchored) return;
  Anchored& anchored = *begun.anchored;
  copy(out_.size() - begun.begin, begun.place);
  anchored.json = out_.substr(begun.begin);
  anchored.node = node;
  for (Member& member : anchored.node.members)
    member.value = {.begin = member.value.begin - begun.begin, .end = member.value.end - begun.begin};
  anchored.values = values_ - begun.values;
  anchored.depth = deepest_ - depth_;
  anchored.complete = true;
  deepest_ = std::max(deepest_, begun.deepest);
}

const YamlComposer::Anchored& YamlComposer::find(const YamlEvent& alias) const {
  const auto found = anchors_.find(alias.anchor);
  if (found == anchors_.end())
    throw YamlMistake(alias.place, "there is no anchor &" + alias.anchor + " before this *" + alias.anchor);
  if (!found->second->complete) throw YamlMistake(alias.place, "&" + alias.anchor + " contains itself");
  return *found->second;
}

void YamlComposer::count(std::size_t values, std::size_t aliased, Place place) {
  values_ += values;
  aliased_ += aliased;
  if (too_many_aliases(values_, aliased_)) throw YamlMistake(place, "the document consists of aliases nearly alone");
}

void YamlComposer::copy(std::size_t bytes, Place place) {
  copied_ += bytes;
  if (copied_ > max_copied) throw YamlMistake(place, "anchors and aliases stand for more than 16 MiB");
}

void YamlComposer::go_down(std::size_t levels, Place place) {
  deepest_ = std::max(deepest_, depth_ + levels);
  if (deepest_ > max_depth)
    throw YamlMistake(place, "more than " + std::to_string(max_depth) + " values within each other");
}

/// Ends a mapping whose text began at `begin`. `whole`: that text is right, unless it has a duplicate key.
void YamlComposer::close(std::size_t begin, std::vector<Member>& members, bool whole) {
  std::vector<std::size_t> by_key(members.size());
  std::iota(by_key.begin(), by_key.end(), std::size_t{0});
  const auto key_of = [&](std::size_t index) -> const std::string& { return members[index].key; };
  std::ranges::sort(by_key, {},
                    [&](std::size_t index) { return std::pair<std::string_view, std::size_t>(key_of(index), index); });
  const bool twice = std::ranges::adjacent_find(by_key, {}, key_of) != by_key.end();
  if (twice && duplicates_ == DuplicateKeys::refused) refuse_duplicates(members, by_key);
  if (twice || !whole) return rewrite(begin, members, by_key);
  out_ += '}';
}

void YamlComposer::refuse_duplicates(const std::vector<Member>& members, const std::vector<std::size_t>& by_key) const {
  const Member* before = nullptr;
  for (const std::size_t index : by_key) {
    const Member& member = members[index];
    if (member.merged) continue;
    if (before != nullptr && member.key == before->key)
      throw YamlMistake(member.place, "the key " + in_quotes(member.key) + " stands in line " +
                                          std::to_string(before->place.line) + " already; expected it once");
    before = &member;
  }
}

/// Writes each key once, in the place of its first occurrence, with its last value.
void YamlComposer::rewrite(std::size_t begin, std::vector<Member>& members, const std::vector<std::size_t>& by_key) {
  std::vector<std::size_t> last(members.size(), members.size());
  for (std::size_t i = 0, first = 0; i < by_key.size(); ++i) {
    if (members[by_key[i]].key != members[by_key[first]].key) first = i;
    last[by_key[first]] = by_key[i];
  }
  std::string text = "{";
  std::vector<Member> kept;
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (last[i] == members.size()) continue;
    Member& member = kept.emplace_back(std::move(members[last[i]]));
    codec::append_member(text, member.key);
    const std::size_t at = begin + text.size();
    text.append(out_, member.value.begin, member.value.end - member.value.begin);
    member.value = {.begin = at, .end = begin + text.size()};
  }
  out_.resize(begin);
  out_ += text + "}";
  members = std::move(kept);
}

}  // namespace everynode::files
