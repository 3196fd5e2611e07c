/// What the page's server answers. Private to `page`.
#pragma once

#include <array>
#include <string>

#include "everynode/dashboard/board.hpp"
#include "everynode/dashboard/routes.hpp"
#include "everynode/http/answer.hpp"
#include "everynode/inspection/inspector.hpp"

namespace everynode::page {

class Steering;

class Answers {
 public:
  /// `steering`: null if nothing may be changed.
  Answers(const dashboard::Board& board, const inspection::Inspector& inspector, const inspection::Target& target,
          Steering* steering)
      : board_(board), inspector_(inspector), target_(target), steering_(steering) {}

  [[nodiscard]] http::Answer operator()(const http::Request& request);

 private:
  [[nodiscard]] http::Response answer(const http::Response& response, bool gzip) const;
  [[nodiscard]] http::Response answer(dashboard::Asset asset, bool gzip);
  [[nodiscard]] http::Response answer(dashboard::AskSnapshot, bool gzip) const;
  [[nodiscard]] http::Response answer(const dashboard::AskEvents& ask, bool gzip) const;
  [[nodiscard]] http::Response answer(const dashboard::AskWhy& ask, bool gzip) const;
  [[nodiscard]] http::Response answer(const dashboard::AskHistory& ask, bool gzip) const;
  [[nodiscard]] http::Answer answer(const dashboard::AskSteer& ask, bool gzip) const;

  const dashboard::Board& board_;
  const inspection::Inspector& inspector_;
  const inspection::Target& target_;
  Steering* steering_;
  std::array<std::string, 3> compressed_;  ///< assets that were asked for, by their number
};

}  // namespace everynode::page
