/// Why a look at the cluster showed nothing, and whether another one may.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "everynode/kube/reply.hpp"
#include "everynode/kube/request.hpp"

namespace everynode::inspection {

/// What waiting may do about it.
enum class Chance : std::uint8_t {
  soon,   ///< the server is there and asks for patience, or an answer was cut short
  later,  ///< nobody is there, or somebody else answers
  never,  ///< it stays so until somebody mends it
};

struct Failure {
  std::string why;  ///< one line for people
  Chance chance = Chance::never;
  std::optional<std::chrono::seconds> retry_after = {};
};

/// Judges an outcome that is not the answer that was asked for. `address` is the server's, as https://HOST:PORT.
[[nodiscard]] Failure failure_of(std::string_view address, const kube::Request& request, const kube::Outcome& outcome);

/// The answer to the request has status 200, but `problem` was wrong with its body.
[[nodiscard]] Failure unreadable(std::string_view address, const kube::Request& request, const kube::Reply& reply,
                                 std::string_view problem);

/// How long to wait before the next look: as long as the server asks for, at most a minute, and never less than
/// `interval`.
[[nodiscard]] std::chrono::seconds wait_after(const Failure& failure, std::chrono::seconds interval);

}  // namespace everynode::inspection
