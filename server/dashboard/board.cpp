#include "everynode/dashboard/board.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

namespace everynode::dashboard {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
static_assert(signs.size() >= daemonset::node_states * daemonset::troubles);

/// A node's name again, which would make each node's labels others.
constexpr std::string_view hostname = "kubernetes.io/hostname";

std::string to_text(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string labels_of(const objects::Node& node) {
  Json json = Json::object();
  for (const auto& [key, value] : node.labels) {
    if (key != hostname || value != node.name) json[key] = value;
  }
  return to_text(json);
}

/// What everybody asks first about a node that looks odd.
std::string note_of(const objects::Node& node) {
  if (!node.readable) return "this version of Everynode cannot read the node";
  std::string note = to_text(node);
  const bool cordoned = std::ranges::any_of(
      node.taints, [](const objects::Taint& taint) { return taint.key == "node.kubernetes.io/unschedulable"; });
  if (cordoned) note += note.empty() ? "cordoned" : ", cordoned";
  return note;
}

/// A slot for a new value: one that is free, or one more.
template <class Slots>
std::size_t take_slot(Slots& slots, std::vector<std::size_t>& free) {
  if (free.empty()) {
    slots.emplace_back();
    return slots.size() - 1;
  }
  const std::size_t slot = free.back();
  free.pop_back();
  return slot;
}

Json show(const Standing& standing, objects::Time now) {
  Json json{{"known", standing.known}, {"problem", standing.problem}};
  if (standing.problem.empty()) return json;
  const auto age = std::chrono::duration_cast<std::chrono::milliseconds>(now - standing.since);
  json["age"] = std::max<std::int64_t>(age.count(), 0);
  return json;
}

}  // namespace

char sign_of(daemonset::NodeState state, daemonset::Trouble trouble) {
  return signs[static_cast<std::size_t>(state) * daemonset::troubles + static_cast<std::size_t>(trouble)];
}

// --- what is known ---

std::size_t Board::intern(std::string json) {
  const auto known = labels_by_json_.find(json);
  if (known != labels_by_json_.end()) {
    ++labels_[known->second].value.users;
    return known->second;
  }
  const std::size_t slot = take_slot(labels_, free_labels_);
  labels_by_json_.emplace(json, slot);
  labels_[slot] = {.value = {.json = std::move(json), .users = 1}, .version = next()};
  changed_ = true;
  return slot;
}

void Board::release(std::size_t labels) {
  auto& [set, version] = labels_[labels];
  if (--set.users > 0) return;
  labels_by_json_.erase(set.json);
  set = {};
  version = next();
  free_labels_.push_back(labels);
  changed_ = true;
}

std::size_t Board::row_of(std::string_view name) {
  if (const auto known = rows_by_name_.find(name); known != rows_by_name_.end()) return known->second;
  const std::size_t slot = take_slot(rows_, free_rows_);
  rows_by_name_.emplace(name, slot);
  rows_[slot] = {.value = {.name = std::string(name), .labels = intern("{}"), .note = {}}, .version = next()};
  changed_ = true;
  return slot;
}

void Board::drop_if_unused(std::size_t row) {
  auto& [value, version] = rows_[row];
  if (value.exists || value.cells > 0 || value.name.empty()) return;
  rows_by_name_.erase(value.name);
  release(value.labels);
  value = {};
  version = next();
  free_rows_.push_back(row);
  changed_ = true;
}

void Board::put_node(const objects::Node& node) {
  auto& [row, version] = rows_[row_of(node.name)];
  const Row before = row;
  row.exists = true;
  row.labels = intern(labels_of(node));
  row.note = note_of(node);
  release(before.labels);
  if (row == before) return;
  version = next();
  changed_ = true;
}

void Board::remove_node(std::string_view name) {
  const auto known = rows_by_name_.find(name);
  if (known == rows_by_name_.end() || !rows_[known->second].value.exists) return;
  const std::size_t slot = known->second;
  auto& [row, version] = rows_[slot];
  row.exists = false;
  row.note = "the node has gone";
  version = next();
  changed_ = true;
  drop_if_unused(slot);
}

void Board::keep_nodes(const daemonset::Nodes& nodes) {
  std::vector<std::string> gone;
  for (const auto& row : rows_) {
    if (row.value.exists && !nodes.contains(row.value.name)) gone.push_back(row.value.name);
  }
  for (const std::string& name : gone) remove_node(name);
}

void Board::set_cell(Column& column, std::size_t row, char sign) {
  if (column.cells.size() <= row) {
    if (sign == no_cell) return;
    column.cells.resize(row + 1, no_cell);
    column.versions.resize(row + 1);
  }
  const char before = std::exchange(column.cells[row], sign);
  if (before == sign) return;
  column.versions[row] = next();
  changed_ = true;
  if (before == no_cell) ++rows_[row].value.cells;
  if (sign != no_cell) return;
  --rows_[row].value.cells;
  drop_if_unused(row);
}

void Board::put_column(std::string_view id, std::string facts, std::span<const daemonset::NodeInShort> nodes) {
  auto known = columns_by_id_.find(id);
  if (known == columns_by_id_.end()) {
    const std::size_t slot = take_slot(columns_, free_columns_);
    columns_[slot].value.id = id;
    known = columns_by_id_.emplace(id, slot).first;
  }
  auto& [column, version] = columns_[known->second];
  if (column.facts != facts) {
    column.facts = std::move(facts);
    version = next();
    changed_ = true;
  }
  std::string cells(column.cells.size(), no_cell);
  column.told.resize(nodes.size());
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    // Almost always it is the row of the last time: comparing names costs less than looking them up.
    std::size_t& row = column.told[i];
    if (row >= rows_.size() || rows_[row].value.name != nodes[i].node) row = row_of(nodes[i].node);
    if (cells.size() <= row) cells.resize(row + 1, no_cell);
    cells[row] = sign_of(nodes[i].state, nodes[i].trouble);
  }
  for (std::size_t row = 0; row < cells.size(); ++row) set_cell(column, row, cells[row]);
}

void Board::remove_column(std::string_view id) {
  const auto known = columns_by_id_.find(id);
  if (known == columns_by_id_.end()) return;
  auto& [column, version] = columns_[known->second];
  for (std::size_t row = 0; row < column.cells.size(); ++row) set_cell(column, row, no_cell);
  column.id.clear();
  column.told.clear();
  column.facts.clear();
  version = next();
  changed_ = true;
  free_columns_.push_back(known->second);
  columns_by_id_.erase(known);
}

std::vector<std::string> Board::columns() const {
  std::vector<std::string> ids;
  for (const auto& [id, slot] : columns_by_id_) ids.push_back(id);
  return ids;
}

void Board::set_standing(Standing standing) {
  if (standing == standing_.value) return;
  standing_ = {.value = std::move(standing), .version = next()};
  changed_ = true;
}

bool Board::commit() {
  if (!std::exchange(changed_, false)) return false;
  ++sequence_;
  return true;
}

// --- what is told ---

namespace {

Json show_labels(const std::string& json) {
  return json.empty() ? Json() : Json::parse(json);
}

Json show_row(const std::string& name, std::size_t labels, const std::string& note) {
  return name.empty() ? Json() : Json::array({name, labels, note});
}

Json show_facts(const std::string& facts) {
  return facts.empty() ? Json() : Json::parse(facts);
}

}  // namespace

std::string Board::snapshot(objects::Time now) const {
  Json json{{"epoch", epoch_},
            {"seq", sequence_},
            {"about", Json::parse(about_)},
            {"standing", show(standing_.value, now)},
            {"labels", Json::array()},
            {"rows", Json::array()},
            {"columns", Json::array()},
            {"cells", Json::array()}};
  for (const auto& [set, version] : labels_) json["labels"].push_back(show_labels(set.json));
  for (const auto& [row, version] : rows_) json["rows"].push_back(show_row(row.name, row.labels, row.note));
  for (const auto& [column, version] : columns_) {
    std::string cells = column.cells;
    cells.resize(rows_.size(), no_cell);
    json["columns"].push_back(show_facts(column.facts));
    json["cells"].push_back(std::move(cells));
  }
  return to_text(json);
}

std::string Board::delta(std::uint64_t since, objects::Time now) const {
  Json json{{"seq", sequence_}};
  const auto add = [&](const char* what, std::size_t slot, Json value) {
    json[what].push_back(Json::array({slot, std::move(value)}));
  };
  if (standing_.version > since) json["standing"] = show(standing_.value, now);
  for (std::size_t i = 0; i < labels_.size(); ++i) {
    if (labels_[i].version > since) add("labels", i, show_labels(labels_[i].value.json));
  }
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const Row& row = rows_[i].value;
    if (rows_[i].version > since) add("rows", i, show_row(row.name, row.labels, row.note));
  }
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const Column& column = columns_[i].value;
    if (columns_[i].version > since) add("columns", i, show_facts(column.facts));
    Json changes = Json::object();
    for (std::size_t row = 0; row < column.versions.size(); ++row) {
      if (column.versions[row] > since) changes[std::string(1, column.cells[row])].push_back(row);
    }
    if (!changes.empty()) add("cells", i, std::move(changes));
  }
  return to_text(json);
}

}  // namespace everynode::dashboard
