/// Keeps texts for values that outlive the document that they were read from.
#pragma once

#include <deque>
#include <string>
#include <string_view>

namespace everynode::codec {

/// It only grows. Its views are valid as long as it lives.
class Texts {
 public:
  std::string_view keep(std::string_view text) { return kept_.emplace_back(text); }

 private:
  std::deque<std::string> kept_;
};

}  // namespace everynode::codec
