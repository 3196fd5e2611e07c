// Which connection has to go when there is no room for all, and which handshake is next: a client may cost so much and
// no more.
#include <algorithm>
#include <boost/asio/post.hpp>
#include <iterator>
#include <ranges>
#include <tuple>
#include <utility>

#include "worker.hpp"

namespace everynode::net {
namespace {

namespace asio = boost::asio;

/// How long a request may wait for its body while others want its place, and how many bytes a second must have arrived
/// after that.
constexpr std::chrono::milliseconds body_patience{10};
constexpr double slowest_sender = 4.0 * 1024 * 1024;

/// How long a request may wait for room (half of the API server's deadline in the chart), and how often it looks.
constexpr std::chrono::milliseconds room_patience{1000};
constexpr std::chrono::milliseconds room_poll{5};

/// An answer of this size costs no more than a connection does.
constexpr std::size_t small_answer = 16 * 1024;

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

/// Evicts the connection whose loss does least harm: first one that is over, then one of an address that has more than
/// half of the room, then one that never sent anything, then one that was never answered, then one that waits for its
/// client. Among equals it chooses the address with the most connections of that kind, and the oldest of these. Each of
/// them waits for its client, but for the few whose answers are postponed.
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
    // The client may have sent something while we were busy with a crowd.
    boost::system::error_code ignored;
    const bool heard = !victim->spoke && victim->socket->available(ignored) > 0;
    if (heard) victim->spoke = true;
    if (heard) continue;
    evict(*victim, "evicted");
    return true;
  }
}

/// The newest connection of the address that has fewest unanswered ones: in a flood the older ones are hopeless, and an
/// address that floods waits for the others.
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
      if (connection.turn != nullptr) connection.turn->cancel();
    }
  }
}

Awaitable<bool> Worker::begin_request(Place connection, std::size_t body_bytes) {
  const auto patience = Clock::now() + room_patience;
  while (in_flight_ >= limits_.in_flight) {
    if (!end_slowest_body()) co_return false;
  }
  Timer pause(loop_.get_executor());
  while (!bodies_.take(body_bytes)) {
    if (connection->evicted || Clock::now() > patience) co_return false;
    if (end_slowest_body()) continue;
    for (const auto& peer : peers_) peer->press();
    pause.expires_after(room_poll);
    co_await pause.async_wait(as_worker_result);
  }
  connection->in_flight = true;
  connection->body_bytes = body_bytes;
  connection->received = 0;
  ++in_flight_;
  co_return true;
}

void Worker::answered(Connection& connection, std::size_t answer_bytes) {
  if (answer_bytes <= small_answer) return end_request(connection);
  in_flight_ += connection.in_flight ? 0 : 1;
  bodies_.give_back(connection.in_flight ? connection.body_bytes : 0);
  connection.in_flight = true;
  connection.body_bytes = answer_bytes;
  bodies_.add(answer_bytes);
}

void Worker::end_request(Connection& connection) {
  if (!std::exchange(connection.in_flight, false)) return;
  --in_flight_;
  bodies_.give_back(connection.body_bytes);
}

void Worker::press() {
  if (pressed_.exchange(true)) return;
  asio::post(loop_, [this] {
    pressed_ = false;
    end_slowest_body();
  });
}

/// The API server sends header and body at once, and reads its answer at once: a client that keeps us waiting has
/// nothing to send, or wants us to wait.
bool Worker::keeps_waiting(const Connection& connection, Clock::time_point now) {
  const auto waited = now - connection.since;
  if (!connection.in_flight || waited < body_patience || connection.phase == Phase::handling) return false;
  const double due = std::chrono::duration<double>(waited).count() * slowest_sender;
  return connection.phase != Phase::body || static_cast<double>(connection.received) < due;
}

bool Worker::end_slowest_body() {
  const auto now = Clock::now();
  const auto rank = [now](const Connection& c) { return std::tuple(!keeps_waiting(c, now), c.since); };
  const auto slowest = std::ranges::min_element(connections_, {}, rank);
  if (slowest == connections_.end() || !keeps_waiting(*slowest, now)) return false;
  evict(*slowest, slowest->phase == Phase::write ? "reading_too_slow" : "body_too_slow");
  return true;
}

}  // namespace everynode::net
