#include "columns.hpp"

#include <algorithm>

#include "everynode/codec/printable.hpp"

namespace everynode::cli {

Columns::Columns(Row heads, const std::vector<Row>& rows) : heads_(std::move(heads)), widths_(heads_.size()) {
  const auto widen = [this](const Row& row) {
    for (std::size_t i = 0; i < widths_.size(); ++i) widths_[i] = std::max(widths_[i], codec::printable(row[i]).size());
  };
  widen(heads_);
  std::ranges::for_each(rows, widen);
}

std::string Columns::line(const Row& row, const Paint& paint) const {
  constexpr std::size_t between = 2;
  std::string text;
  for (std::size_t i = 0; i < row.size(); ++i) {
    std::string cell = codec::printable(row[i]);
    if (i + 1 < row.size()) cell.resize(std::max(cell.size(), widths_[i]) + between, ' ');
    text += paint ? paint(cell, i) : cell;
  }
  while (text.ends_with(' ')) text.pop_back();
  return text + "\n";
}

}  // namespace everynode::cli
