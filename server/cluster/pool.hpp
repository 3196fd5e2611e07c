/// Keeps connections to one server between requests, and limits how many may be open. Private to `cluster`.
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

  /// Sets where connections go from now on, and with what certificates. Connections to another origin are not used
  /// again, but requests under way on them finish.
  void use(const std::shared_ptr<const net::Origin>& origin);

  /// Waits in line for a place. An empty lease: the pool is closed.
  boost::asio::awaitable<Lease> lease();
  /// A place beyond the limit; its connection is not kept.
  Lease beside();

  /// Closes the connections that are idle: whatever ended one of them unnoticed, e.g. a load balancer whose server is
  /// gone, has ended the others too.
  void forget_kept() { idle_.clear(); }

  /// Closes all connections, and ends all waits.
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
  std::vector<Idle> idle_;  ///< the last one was used last
  std::set<net::ClientConnection*> in_use_;
};

/// A place in the pool, and the connection on it. Its destructor frees the place, and keeps the connection if it can
/// carry another request.
class Pool::Lease {
 public:
  Lease() = default;
  Lease(std::shared_ptr<Pool> pool, bool counted) : pool_(std::move(pool)), counted_(counted) {}
  Lease(Lease&& other) noexcept = default;
  Lease& operator=(Lease&& other) noexcept;
  ~Lease();

  explicit operator bool() const { return pool_ != nullptr; }

  /// Takes a kept connection. False: there is none.
  bool take_kept();
  /// Makes a new connection, which is not open yet.
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
