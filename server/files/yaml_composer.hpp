/// Turns YAML's events into JSON: resolves scalars, aliases and merge keys.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "everynode/files/yaml.hpp"
#include "yaml_events.hpp"
#include "yaml_scalar.hpp"

namespace everynode::files {

/// Documents one after the other, each with its own anchors.
///
/// Members take effect in the order of the text, merge keys among them, and the last one wins: what a merge key adds
/// overrides what stands before it, as in kubectl. If several mappings are merged at once, the first one wins.
class YamlComposer {
 public:
  YamlComposer(const std::string& text, DuplicateKeys duplicates);

  /// The next document; an empty one is null. nullopt at the end of the text. Throws a YamlMistake.
  [[nodiscard]] std::optional<Document> next();

 private:
  /// A part of `out_`.
  struct Range {
    std::size_t begin = 0;
    std::size_t end = 0;
  };
  struct Member {
    std::string key;
    Range value;
    Place place;
    bool merged = false;  ///< added by a merge key
  };
  /// The value that was read last; its text is at the end of `out_`.
  struct Node {
    enum class Kind { scalar, sequence, mapping } kind = Kind::scalar;
    Scalar scalar;                ///< for a scalar
    std::vector<Member> members;  ///< for a mapping, with the places of their values
  };
  /// A value with an anchor. The ranges of its members are relative to its own text.
  struct Anchored {
    std::string json;
    Node node;
    std::size_t values = 0;  ///< how many values it contains, itself included
    std::size_t depth = 0;   ///< how deep the values within it nest
    bool complete = false;
  };
  /// Where a value with an anchor began.
  struct Begun {
    std::shared_ptr<Anchored> anchored;  ///< null: it has no anchor
    Place place;
    std::size_t begin = 0;
    std::size_t values = 0;
    std::size_t deepest = 0;
  };

  Node read(const YamlEvent& event);
  Node read_scalar(const YamlEvent& event);
  Node read_sequence();
  Node read_mapping();
  const Anchored& read_alias(const YamlEvent& alias);
  std::string read_key(const YamlEvent& event);
  void read_member(const YamlEvent& key, std::vector<Member>& members);
  void read_merged(const YamlEvent& value, std::vector<Member>& members);
  void read_merged_mapping(const YamlEvent& value, std::vector<Member>& members);
  void read_merged_list(const YamlEvent& list, std::vector<Member>& members);

  Begun begin(const YamlEvent& event);
  void end(const Begun& begun, const Node& node);
  [[nodiscard]] const Anchored& find(const YamlEvent& alias) const;
  void count(std::size_t values, std::size_t aliased, Place place);
  void copy(std::size_t bytes, Place place);
  void go_down(std::size_t levels, Place place);

  void close(std::size_t begin, std::vector<Member>& members, bool whole);
  void refuse_duplicates(const std::vector<Member>& members, const std::vector<std::size_t>& by_key) const;
  void rewrite(std::size_t begin, std::vector<Member>& members, const std::vector<std::size_t>& by_key);

  YamlEvents events_;
  DuplicateKeys duplicates_;
  std::string out_;
  std::map<std::string, std::shared_ptr<Anchored>, std::less<>> anchors_;
  std::size_t depth_ = 0;
  std::size_t deepest_ = 0;  ///< depth since the last value with an anchor began
  std::size_t values_ = 0;   ///< values so far, those of aliases included
  std::size_t aliased_ = 0;  ///< how many of these came from aliases
  std::size_t copied_ = 0;   ///< bytes copied for anchors and aliases
};

}  // namespace everynode::files
