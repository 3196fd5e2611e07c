/// A rollout as people see it.
#pragma once

#include <string>

#include "explain.hpp"

namespace everynode::cli {

struct Terminal {
  std::size_t columns = 80;
  std::size_t rows = 24;
};

/// For the log of a pipeline: what is wrong, if something is.
[[nodiscard]] std::string plain_line(const inspection::Inspection& inspection);

/// Lines that fit on the terminal.
[[nodiscard]] std::string picture_of(const inspection::Inspection& inspection, const Terminal& terminal, bool colours);

}  // namespace everynode::cli
