/// Connections to one server that are kept between requests, and how many may be open. Private to `cluster`.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <list>
#include <memory>
#include <set>
#include <vector>

#include "everynode/net/client.hpp"

namespace everynode::cluster {

class Pool : public std::enable_shared_from_this<Pool> {
 public:
  Pool(boost::asio::any_io_executor executor, std::size_t limit);

  class Lease;

  /// Where connections go from now on, and with what certificates. Those to another origin are not used again; what is
  /// under way on them ends in peace.
  void use(const std::shared_ptr<const net::Origin>& origin);

  /// Waits for a place, in turn. No lease: the pool is closed.
  boost::asio::awaitable<Lease> lease();
  /// A place beside the limit; its connection is not kept.
  Lease beside();

  /// Closes the connections that nobody uses: what ended one of them unseen, a load balancer whose server went, has
  /// ended the others.
  void forget_kept() { idle_.clear(); }

  /// Closes all connections, and ends all waiting.
  void close();
  [[nodiscard]] bool closed() const { return closed_; }

 private:
  using Connection = std::unique_ptr<net::ClientConnection>;
  struct Idle {
    Connection connection;
    std::chrono::steady_clock::time_point since;
  };
  struct Waiter;

  Connection kept();
  Connection fresh();
  void give_back(Connection connection, const std::shared_ptr<const net::Origin>& origin);
  void free_place();

  boost::asio::any_io_executor executor_;
  std::shared_ptr<const net::Origin> origin_;
  std::size_t limit_;
  std::size_t taken_ = 0;  ///< places that are taken
  bool closed_ = false;
  std::list<Waiter*> waiters_;
  std::vector<Idle> idle_;  ///< the one that was used last is the last
  std::set<net::ClientConnection*> in_use_;
};

/// A place in the pool, and the connection on it. When it goes, the place is free again, and the connection is kept if
/// another request can be sent on it.
class Pool::Lease {
 public:
  Lease() = default;
  Lease(std::shared_ptr<Pool> pool, bool counted) : pool_(std::move(pool)), counted_(counted) {}
  Lease(Lease&& other) noexcept = default;
  Lease& operator=(Lease&& other) noexcept;
  ~Lease();

  explicit operator bool() const { return pool_ != nullptr; }

  /// Puts a kept connection here. False: there is none.
  bool take_kept();
  /// Puts a new one here, which is not connected yet.
  void take_fresh();
  net::ClientConnection* operator->() { return connection_.get(); }

 private:
  void put(Connection connection);

  std::shared_ptr<Pool> pool_;
  bool counted_ = false;
  Connection connection_;
  std::shared_ptr<const net::Origin> origin_;  ///< of the connection
};

}  // namespace everynode::cluster
