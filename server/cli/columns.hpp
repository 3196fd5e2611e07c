/// A table in columns, as kubectl prints them: rows that come later stand under the first ones.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace everynode::cli {

class Columns {
 public:
  using Row = std::vector<std::string>;
  /// Called with the text of a cell, filled up to its column's width, and the cell's number.
  using Paint = std::function<std::string(std::string_view cell, std::size_t column)>;

  /// As wide as the heads, and as these rows.
  Columns(Row heads, const std::vector<Row>& rows);

  [[nodiscard]] std::string heads() const { return line(heads_); }
  /// The last cell is not filled up. What a terminal would obey is escaped, in all but what `paint` adds.
  [[nodiscard]] std::string line(const Row& row, const Paint& paint = {}) const;

 private:
  Row heads_;
  std::vector<std::size_t> widths_;
};

}  // namespace everynode::cli
