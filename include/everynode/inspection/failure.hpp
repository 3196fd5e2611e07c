/// Why an inspection of the cluster failed, and whether another attempt may succeed.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "everynode/kube/reply.hpp"
#include "everynode/kube/request.hpp"

namespace everynode::inspection {

/// Whether waiting may help.
enum class Chance : std::uint8_t {
  soon,   ///< the server is there and asks us to wait, or an answer was cut short
  later,  ///< no server is there, or another one answers
  never,  ///< not until a person mends it
};

struct Failure {
  std::string why;  ///< one line for people
  Chance chance = Chance::never;
  std::optional<std::chrono::seconds> retry_after = {};
};

/// Judges an outcome other than the expected answer. `address` is the server's, as https://HOST:PORT.
[[nodiscard]] Failure failure_of(std::string_view address, const kube::Request& request, const kube::Outcome& outcome);

/// A failure for an answer with status 200 whose body is wrong: `problem` says how.
[[nodiscard]] Failure unreadable(std::string_view address, const kube::Request& request, const kube::Reply& reply,
                                 std::string_view problem);

/// How long to wait before the next attempt: as long as the server asks for, at most a minute, and never less than
/// `interval`.
[[nodiscard]] std::chrono::seconds wait_after(const Failure& failure, std::chrono::seconds interval);

}  // namespace everynode::inspection
