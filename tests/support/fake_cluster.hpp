/// A small Kubernetes in this process: an API server that stores objects, a scheduler, kubelets and a garbage
/// collector; and faults that a policy chooses.
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

/// The fault of a request.
struct Fault {
  enum class Kind : std::uint8_t {
    none,
    drop_before,  ///< the server does nothing, and the connection breaks
    drop_after,   ///< the server does it, and the connection breaks
    refuse,       ///< the server does nothing, and answers `status`
    hang,         ///< the server does nothing, and sends no answer
    hang_after,   ///< the server does it, and sends no answer
  };
  Kind kind = Kind::none;
  unsigned status = 500;
  std::string reason = "InternalError";
  std::optional<int> retry_after = std::nullopt;  ///< seconds
  std::chrono::milliseconds delay{0};
};

/// The fault of a watch.
struct WatchFault {
  bool gone = false;                   ///< the answer is 410
  bool silent = false;                 ///< not a byte is sent
  std::chrono::milliseconds delay{0};  ///< events are this late
  bool duplicate = false;              ///< every event is sent twice
  std::size_t piece = 0;               ///< most bytes in a chunk; 0: lines stay whole
  std::chrono::milliseconds life{0};   ///< then the connection breaks; 0: never
  std::optional<std::size_t> told{};   ///< of a stream: the connection breaks after so many of the first events
};

/// What the server makes of a watch that asks for all objects first (sendInitialEvents).
enum class Streams : std::uint8_t {
  told,     ///< as with WatchList
  refused,  ///< as without it
  ignored,  ///< it sends them and never says that these were all, as servers that do not know the parameter
};

/// Thread-safe. It holds its lock while it calls policies and observers.
class FakeCluster {
 public:
  using FaultPolicy = std::function<Fault(const ApiRequest&)>;       ///< for all requests but watches from a version
  using WatchPolicy = std::function<WatchFault(const ApiRequest&)>;  ///< for each watch

  FakeCluster();
  ~FakeCluster();
  FakeCluster(const FakeCluster&) = delete;
  FakeCluster& operator=(const FakeCluster&) = delete;

  [[nodiscard]] const FakeApiServer& server() const { return *server_; }

  void set_faults(FaultPolicy policy);
  void set_watch_faults(WatchPolicy policy);
  void set_streams(Streams streams);
  /// Lists are sent in pages of this size.
  void set_page(std::size_t size);
  /// Called after each change.
  void observe(std::function<void(const FakeObjects&, const std::string& plural, const Json& object)> observer);
  /// Stops scheduler and kubelets, or starts them again.
  void hold_kubelets(bool held);
  /// From now on, a watch from an earlier version is answered with 410.
  void compact();

  /// Reads or changes objects, e.g. as a user.
  void change(const std::function<void(FakeObjects&)>& how);
  template <class Question>
  auto ask(Question question) const {
    const std::scoped_lock lock(mutex_);
    return question(objects_);
  }

  /// Waits until the condition holds. False after `patience`, which is long: builds with sanitizers are slow beside
  /// others.
  [[nodiscard]] bool await(const std::function<bool(const FakeObjects&)>& condition,
                           std::chrono::milliseconds patience = std::chrono::seconds(60)) const;

 private:
  ApiAnswer answer(const ApiRequest& request);
  ApiAnswer act(const ApiRequest& request);
  ApiAnswer faulty(const ApiRequest& request, const std::function<ApiAnswer()>& act);
  ApiAnswer watch(const ApiRequest& request, const ObjectPath& path);
  ApiAnswer stream(const ApiRequest& request, const ObjectPath& path);
  std::vector<std::string> first_events(const std::string& plural) const;
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
  std::map<std::uint64_t, std::chrono::steady_clock::time_point> times_;  ///< when each version was made
  std::size_t page_ = 500;
  Streams streams_ = Streams::told;
  std::uint64_t compacted_ = 0;
  bool held_ = false;
  bool news_for_nodes_ = true;
  std::jthread nodes_;
  std::unique_ptr<FakeApiServer> server_;
};

/// The objects that a request is about.
[[nodiscard]] ObjectPath path_of(const ApiRequest& request);
/// Whether a request may change something; events do not count.
[[nodiscard]] bool is_write(const ApiRequest& request);

}  // namespace everynode::support
