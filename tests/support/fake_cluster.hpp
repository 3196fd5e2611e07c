/// A small Kubernetes in this process: an API server that keeps what it is given, a scheduler, kubelets and a garbage
/// collector; and faults, as a policy says.
///
///     FakeCluster cluster;
///     cluster.change([](FakeObjects& objects) { objects.write("nodes", node("n1")); });
///     Client client(loop.get_executor(), config_of(cluster.server()), {});
///     cluster.set_faults([](const ApiRequest& request) { return Fault{.kind = Fault::Kind::drop_after}; });
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "fake_api_server.hpp"
#include "fake_objects.hpp"

namespace everynode::support {

/// What goes wrong with a request.
struct Fault {
  enum class Kind : std::uint8_t {
    none,
    drop_before,  ///< the connection breaks, nothing was done
    drop_after,   ///< it was done, and the connection breaks
    refuse,       ///< nothing was done, the answer is `status`
    hang,         ///< nothing was done, and no answer comes
    hang_after,   ///< it was done, and no answer comes
  };
  Kind kind = Kind::none;
  unsigned status = 500;
  std::string reason = "InternalError";
  std::optional<int> retry_after = std::nullopt;  ///< seconds
  std::chrono::milliseconds delay{0};
};

/// What goes wrong with a watch.
struct WatchFault {
  bool gone = false;                   ///< the answer is 410
  bool silent = false;                 ///< not a byte comes
  std::chrono::milliseconds delay{0};  ///< events come so late
  bool duplicate = false;              ///< every event comes twice
  std::size_t piece = 0;               ///< bytes in a chunk at most; 0: lines are whole
  std::chrono::milliseconds life{0};   ///< then the connection breaks; 0: never
};

/// Thread-safe. The policies and observers are called with the cluster locked.
class FakeCluster {
 public:
  using FaultPolicy = std::function<Fault(const ApiRequest&)>;       ///< for all requests but watches
  using WatchPolicy = std::function<WatchFault(const ApiRequest&)>;  ///< for each watch

  FakeCluster();
  ~FakeCluster();
  FakeCluster(const FakeCluster&) = delete;
  FakeCluster& operator=(const FakeCluster&) = delete;

  [[nodiscard]] const FakeApiServer& server() const { return *server_; }

  void set_faults(FaultPolicy policy);
  void set_watch_faults(WatchPolicy policy);
  /// Lists come in pages of this size.
  void set_page(std::size_t size);
  /// Called after each change.
  void observe(std::function<void(const FakeObjects&, const std::string& plural, const Json& object)> observer);
  /// Scheduler and kubelets rest.
  void hold_kubelets(bool held);
  /// A watch from before this moment is answered with 410.
  void compact();

  /// Reads or changes what is there, e.g. as a user.
  void change(const std::function<void(FakeObjects&)>& how);
  template <class Question>
  auto ask(Question question) const {
    const std::scoped_lock lock(mutex_);
    return question(objects_);
  }

  /// Waits until it holds. False after `patience`.
  [[nodiscard]] bool await(const std::function<bool(const FakeObjects&)>& condition,
                           std::chrono::milliseconds patience = std::chrono::seconds(10)) const;

 private:
  ApiAnswer answer(const ApiRequest& request);
  ApiAnswer act(const ApiRequest& request);
  ApiAnswer watch(const ApiRequest& request, const ObjectPath& path);
  void follow(ApiStream& stream, const std::string& plural, std::uint64_t since, const WatchFault& fault);
  std::string news(const std::string& plural, std::uint64_t& seen, const WatchFault& fault,
                   std::chrono::steady_clock::time_point& bookmark_at);

  void run_nodes(const std::stop_token& stop);
  [[nodiscard]] bool run_pod(const std::string& key);
  [[nodiscard]] bool collect(const std::string& key, const Json& pod);

  mutable std::mutex mutex_;
  FakeObjects objects_;
  FaultPolicy faults_;
  WatchPolicy watch_faults_;
  std::function<void(const FakeObjects&, const std::string&, const Json&)> observer_;
  std::map<std::uint64_t, std::chrono::steady_clock::time_point> times_;  ///< when a version was made
  std::size_t page_ = 500;
  std::uint64_t compacted_ = 0;
  bool held_ = false;
  bool news_for_nodes_ = true;
  std::jthread nodes_;
  std::unique_ptr<FakeApiServer> server_;
};

/// Which objects a request names.
[[nodiscard]] ObjectPath path_of(const ApiRequest& request);
/// Whether a request may change something; events do not count.
[[nodiscard]] bool is_write(const ApiRequest& request);

}  // namespace everynode::support
