// Who has to go when there is not room for all, and whose turn it is: each client may cost so much, and no more.
#include <algorithm>
#include <iterator>
#include <ranges>
#include <tuple>
#include <utility>

#include "worker.hpp"

namespace everynode::net {
namespace {

/// How long a request may wait for its body when others want its place.
constexpr std::chrono::milliseconds body_patience{10};

/// The name of the phase that a client must end in time; empty where it may take as long as it likes.
std::string_view too_slow(Phase phase) {
  switch (phase) {
    case Phase::handshake:
      return "handshake_too_slow";
    case Phase::header:
      return "header_too_slow";
    case Phase::body:
      return "body_too_slow";
    case Phase::write:
      return "reading_too_slow";
    default:
      return {};
  }
}

}  // namespace

/// Evicts the connection that will be missed least: one that is over, then one of an address that has more than half of
/// the room, then one that never said anything, then one that was never answered, then one that waits for its client;
/// among equals one of the address that has most of its kind, and the oldest of them. Whatever it is, it is the client
/// that keeps us waiting: what we have to do for a connection is done in one go.
bool Worker::make_room() {
  const auto rank = [&](const Connection& c) {
    const Client& client = c.client->second;
    const bool modest = 2 * (client.strangers + client.served) <= limits_.connections;
    const auto crowd = static_cast<std::ptrdiff_t>(c.served ? client.served : client.strangers);
    return std::tuple(c.evicted, c.phase != Phase::closing, modest, c.spoke, c.served, -crowd, c.since);
  };
  for (;;) {
    const auto victim = std::ranges::min_element(connections_, {}, rank);
    if (victim == connections_.end() || victim->evicted) return false;
    // What it said may have come while we were busy with those who are many.
    boost::system::error_code ignored;
    const bool heard = !victim->spoke && victim->socket->available(ignored) > 0;
    if (heard) victim->spoke = true;
    if (heard) continue;
    evict(*victim, "evicted");
    return true;
  }
}

/// The newest connection of the address with the fewest strangers: in a flood older ones are hopeless, and who floods
/// waits for those who do not.
std::vector<Connection*>::iterator Worker::next_turn() {
  const auto strangers = [](const Connection* c) { return c->client->second.strangers; };
  const auto next = std::ranges::min_element(waiting_ | std::views::reverse, {}, strangers);
  return std::prev(next.base());
}

void Worker::evict(Connection& victim, std::string_view reason) {
  observer_.refused(reason, victim.client->first.to_string());
  end_request(victim);
  victim.evicted = true;
  if (victim.turn != nullptr) victim.turn->cancel();
  ++evicted_;
  boost::system::error_code ignored;
  victim.socket->close(ignored);
}

void Worker::time_out() {
  const auto now = Clock::now();
  boost::system::error_code ignored;
  for (Connection& connection : connections_) {
    if (connection.deadline > now || connection.evicted) continue;
    if (const auto reason = too_slow(connection.phase); !reason.empty()) {
      evict(connection, reason);
    } else {
      connection.socket->close(ignored);
    }
  }
}

bool Worker::begin_request(Place connection, std::size_t body_bytes) {
  const auto full = [&] {
    return in_flight_ >= limits_.in_flight || bodies_bytes_ + body_bytes > limits_.bodies_bytes;
  };
  while (full()) {
    if (!end_slowest_body()) return false;
  }
  connection->in_flight = true;
  connection->body_bytes = body_bytes;
  ++in_flight_;
  bodies_bytes_ += body_bytes;
  return true;
}

void Worker::end_request(Connection& connection) {
  if (!std::exchange(connection.in_flight, false)) return;
  --in_flight_;
  bodies_bytes_ -= connection.body_bytes;
}

/// The API server sends header and body at once: who lets us wait has nothing to send, or wants us to wait.
bool Worker::end_slowest_body() {
  const auto rank = [](const Connection& c) { return std::tuple(!c.in_flight, c.since); };
  const auto slowest = std::ranges::min_element(connections_, {}, rank);
  if (slowest == connections_.end() || !slowest->in_flight) return false;
  if (Clock::now() - slowest->since < body_patience) return false;
  evict(*slowest, "body_too_slow");
  return true;
}

}  // namespace everynode::net
