/// YAML's events as JSON: scalars get their values, aliases what they stand for, merge keys the members of others.
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

/// Documents one after the other, each with anchors of its own.
///
/// Members are set in the order of the text, merge keys among them, and the last one wins: what a merge key brings
/// overrides what stands before it, as in kubectl. Of several mappings that are merged at once the first one wins.
class YamlComposer {
 public:
  YamlComposer(const std::string& text, DuplicateKeys duplicates);

  /// The next document, an empty one as null. False at the end of the text. Throws a YamlMistake.
  bool next(Document& document);

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
    bool merged = false;  ///< by a merge key
  };
  /// What was just read; its text stands at the end of `out_`.
  struct Node {
    enum class Kind { scalar, sequence, mapping } kind = Kind::scalar;
    Scalar scalar;                ///< of a scalar
    std::vector<Member> members;  ///< of a mapping, with the places of their values
  };
  /// A value with an anchor. The ranges of its members are those of its own text.
  struct Anchored {
    std::string json;
    Node node;
    std::size_t values = 0;  ///< in it, and itself
    std::size_t depth = 0;   ///< of the values within it
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
  std::size_t deepest_ = 0;  ///< since the last value with an anchor began
  std::size_t values_ = 0;   ///< so far, those of aliases too
  std::size_t aliased_ = 0;  ///< of these, those of aliases
  std::size_t copied_ = 0;   ///< bytes that anchors and aliases took
};

}  // namespace everynode::files
