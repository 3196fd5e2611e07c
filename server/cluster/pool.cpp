#include "pool.hpp"

#include <utility>

#include "everynode/net/as_result.hpp"

namespace everynode::cluster {
namespace {

namespace asio = boost::asio;
using std::chrono::steady_clock;

/// Shorter than the idle time that servers and load balancers on the way allow.
constexpr std::chrono::seconds longest_idle{60};

}  // namespace

/// A caller that waits for a place. The place comes with a lease, so that it becomes free again even if the caller gave
/// up.
struct Pool::Waiter {
  explicit Waiter(Pool& owner)
      : pool(owner),
        timer(owner.executor_, asio::steady_timer::time_point::max()),
        turn(pool.waiters_.insert(pool.waiters_.end(), this)) {}
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;
  ~Waiter() {
    if (waits) pool.waiters_.erase(turn);
  }

  Pool& pool;
  asio::steady_timer timer;
  std::list<Waiter*>::iterator turn;
  bool waits = true;
  Lease lease;
};

Pool::Pool(asio::any_io_executor executor, std::size_t limit) : executor_(std::move(executor)), limit_(limit) {}

void Pool::use(const std::shared_ptr<const net::Origin>& origin) {
  if (origin == origin_) return;
  origin_ = origin;
  idle_.clear();
}

asio::awaitable<Pool::Lease> Pool::lease() {
  const auto self = shared_from_this();
  if (!closed_ && taken_ >= limit_) {
    Waiter waiter(*self);
    co_await waiter.timer.async_wait(net::as_result);
    co_return std::move(waiter.lease);
  }
  if (closed_) co_return Lease();
  ++taken_;
  co_return Lease(self, true);
}

Pool::Lease Pool::beside() {
  return closed_ ? Lease() : Lease(shared_from_this(), false);
}

void Pool::close() {
  closed_ = true;
  idle_.clear();
  for (net::ClientConnection* connection : in_use_) connection->cancel();
  for (Waiter* waiter : waiters_) waiter->timer.cancel();
}

void Pool::free_place() {
  if (waiters_.empty()) {
    --taken_;
    return;
  }
  Waiter* next = waiters_.front();
  waiters_.pop_front();
  next->waits = false;
  next->lease = Lease(shared_from_this(), true);
  next->timer.cancel();
}

Pool::Connection Pool::kept() {
  const auto now = steady_clock::now();
  while (!idle_.empty()) {
    Idle last = std::move(idle_.back());
    idle_.pop_back();
    if (now - last.since < longest_idle && last.connection->reusable()) return std::move(last.connection);
  }
  return nullptr;
}

Pool::Connection Pool::fresh() {
  return std::make_unique<net::ClientConnection>(executor_, *origin_);
}

void Pool::give_back(Connection connection, const std::shared_ptr<const net::Origin>& origin) {
  if (closed_ || origin != origin_ || !connection->reusable()) return;
  connection->expires_at(steady_clock::time_point::max());
  const auto now = steady_clock::now();
  std::erase_if(idle_, [&](const Idle& idle) { return now - idle.since >= longest_idle; });
  idle_.push_back({.connection = std::move(connection), .since = now});
}

Pool::Lease& Pool::Lease::operator=(Lease&& other) noexcept {
  std::swap(pool_, other.pool_);
  std::swap(counted_, other.counted_);
  std::swap(connection_, other.connection_);
  std::swap(origin_, other.origin_);
  return *this;
}

Pool::Lease::~Lease() {
  if (!pool_) return;
  if (connection_) {
    pool_->in_use_.erase(connection_.get());
    if (counted_) pool_->give_back(std::move(connection_), origin_);
  }
  if (counted_) pool_->free_place();
}

bool Pool::Lease::take_kept() {
  Connection connection = pool_->kept();
  if (!connection) return false;
  put(std::move(connection));
  return true;
}

void Pool::Lease::take_fresh() {
  put(pool_->fresh());
}

void Pool::Lease::put(Connection connection) {
  pool_->in_use_.erase(connection_.get());
  connection_ = std::move(connection);
  origin_ = pool_->origin_;
  pool_->in_use_.insert(connection_.get());
}

}  // namespace everynode::cluster
