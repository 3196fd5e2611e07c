/// What the page shows, nodes x DaemonSets, as a value that grows by versions: all of it, or what is new since one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "everynode/daemonset/report.hpp"
#include "everynode/objects/node.hpp"
#include "everynode/objects/time.hpp"

namespace everynode::dashboard {

/// The sign of a cell: the node's state and trouble in one of 56 letters and digits, state by state.
[[nodiscard]] char sign_of(daemonset::NodeState state, daemonset::Trouble trouble);

/// The sign of a cell about which the DaemonSet says nothing.
inline constexpr char no_cell = '.';

/// How far the page can be believed.
struct Standing {
  std::string problem{};  ///< why it is not up to date, for people; empty: it is
  objects::Time since{};  ///< until when it was
  bool known = false;     ///< all lists have come once

  bool operator==(const Standing&) const = default;
};

/// Rows are nodes, columns are DaemonSets. Each has a slot, which it keeps while it lives and another one may have
/// after it. Whatever changes gets the sequence number that the next `commit` makes current, so what a reader lacks
/// follows from the number that it has seen last, however long ago: nothing is kept for any reader.
///
/// Both texts are JSON in one line. `labels` and `rows` and `columns` are arrays by slot, with null for an empty slot:
///
///     {"epoch": "1f", "seq": 7, "about": {...}, "standing": {...}, "labels": [{"zone": "a"}], "rows": [["worker-1", 0,
///     ""]],
///      "columns": [{"namespace": "kube-system", "name": "agent", ...}], "cells": ["A"]}
///
/// A row is its name, the slot of its labels, and what is wrong with the node in words. `cells` has a sign for each
/// row, by column. A delta has only what is new, as [slot, value], and its cells as [column, {sign: [row, ...]}].
class Board {
 public:
  /// `epoch` names this board: numbers of another one mean nothing to it. `about` is a JSON object in one line that
  /// does not change.
  Board(std::string epoch, std::string about) : epoch_(std::move(epoch)), about_(std::move(about)) {}

  // What is known. Nothing of it is seen before the next `commit`.
  void put_node(const objects::Node& node);
  /// Its row stays while a column has a pod there.
  void remove_node(std::string_view name);
  /// Removes all nodes but these.
  void keep_nodes(const daemonset::Nodes& nodes);
  /// `id` is the DaemonSet's, "namespace/name"; `facts` a JSON object in one line.
  void put_column(std::string_view id, std::string facts, std::span<const daemonset::NodeInShort> nodes);
  void remove_column(std::string_view id);
  [[nodiscard]] std::vector<std::string> columns() const;
  void set_standing(Standing standing);

  /// Makes what has changed since the last call current. False: nothing has.
  bool commit();

  [[nodiscard]] const std::string& epoch() const { return epoch_; }
  [[nodiscard]] std::uint64_t sequence() const { return sequence_; }
  [[nodiscard]] std::string snapshot(objects::Time now) const;
  /// What is new after sequence number `since`, which is at most `sequence()`.
  [[nodiscard]] std::string delta(std::uint64_t since, objects::Time now) const;

 private:
  template <class Value>
  struct Versioned {
    Value value{};
    std::uint64_t version = 0;
  };

  struct LabelSet {
    std::string json;  ///< empty: the slot is free
    std::size_t users = 0;
  };

  struct Row {
    std::string name;  ///< empty: the slot is free
    std::size_t labels = 0;
    std::string note;
    bool exists = false;    ///< the node does
    std::size_t cells = 0;  ///< columns that say something about it

    bool operator==(const Row&) const = default;
  };

  struct Column {
    std::string id;  ///< empty: the slot is free
    std::string facts;
    std::string cells;                    ///< by row; may be shorter than there are rows
    std::vector<std::uint64_t> versions;  ///< the same
    std::vector<std::size_t> told;        ///< the rows that were told last, in their order: most likely the next ones
  };

  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  using Index = std::unordered_map<std::string, std::size_t, Hash, std::equal_to<>>;

  [[nodiscard]] std::uint64_t next() const { return sequence_ + 1; }
  std::size_t row_of(std::string_view name);
  void drop_if_unused(std::size_t row);
  std::size_t intern(std::string json);
  void release(std::size_t labels);
  void set_cell(Column& column, std::size_t row, char sign);

  std::string epoch_;
  std::string about_;
  std::uint64_t sequence_ = 0;
  bool changed_ = false;
  Versioned<Standing> standing_;
  std::vector<Versioned<LabelSet>> labels_;
  std::vector<Versioned<Row>> rows_;
  std::vector<Versioned<Column>> columns_;
  Index labels_by_json_;
  Index rows_by_name_;
  std::map<std::string, std::size_t, std::less<>> columns_by_id_;
  std::vector<std::size_t> free_labels_;
  std::vector<std::size_t> free_rows_;
  std::vector<std::size_t> free_columns_;
};

}  // namespace everynode::dashboard
