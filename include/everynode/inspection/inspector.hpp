/// Inspects DaemonSets of a live cluster, once or for as long as somebody watches.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "everynode/cache/store.hpp"
#include "everynode/cluster/client.hpp"
#include "everynode/cluster/config.hpp"
#include "everynode/daemonset/refusal.hpp"
#include "everynode/daemonset/report.hpp"
#include "everynode/inspection/admitted.hpp"
#include "everynode/inspection/failure.hpp"
#include "everynode/inspection/history.hpp"
#include "everynode/inspection/policy_state.hpp"
#include "everynode/inspection/time_line.hpp"
#include "everynode/inspection/trial.hpp"
#include "everynode/kubeconfig/resolve.hpp"

namespace everynode::inspection {

/// Which DaemonSets of which cluster.
struct Target {
  std::filesystem::path kubeconfig;  ///< empty: where kubectl would look
  kubeconfig::Overrides overrides;
  std::string namespace_;             ///< empty: the context's, else "default"
  bool all_namespaces = false;        ///< instead
  std::string name;                   ///< empty: all of the namespace
  std::string program = "everynode";  ///< how the user called us, for the commands that are shown
};

/// The state of one DaemonSet.
struct Inspection {
  objects::Time seen_at{};
  daemonset::Report report;
  objects::DaemonSet daemon_set;
  std::string hash;                           ///< of the current revision; empty if there is none yet
  std::int64_t revision = 0;                  ///< its number
  std::optional<daemonset::Refusal> refusal;  ///< nodes are missing their pods, and this is why
  std::optional<PolicyState> policy;          ///< the oldest policy that selects it
  std::int64_t outdated_by_overlays = 0;      ///< pods whose overlays or nodes have changed since they were created
  std::int64_t unmutated = 0;                 ///< pods that lack overlays, as admission let them through as they were
  std::string switches{};                     ///< what is to be said of its switches; empty: nothing
  std::string unseen_nodes;     ///< why only nodes with a pod are known, and only by name; empty: all are known
  std::string unseen_events;    ///< why it is not known whether pods are refused; empty: it is
  std::string unseen_policies;  ///< why it is not known whether a policy serves it; empty: it is

  /// `kubectl rollout status` would end, and the pods that were seen agree with what the status says. Under a policy:
  /// its phase is Complete, so only nodes that are deferred may lack the current revision.
  [[nodiscard]] bool rolled_out() const;
};

/// An inspection that costs less, for whoever shows all nodes as signs: its report tells a few nodes in words only.
struct Glance {
  Inspection inspection;
  std::vector<daemonset::NodeInShort> nodes;  ///< all; valid until something changes
};

/// What else is known of one DaemonSet, for whoever looks at it alone.
struct Closeup {
  Inspection inspection;
  std::vector<Moment> time_line;
  std::optional<AdmittedState> admitted;  ///< of the pod of one node; nullopt: it has none
};

/// The revisions of a DaemonSet that are known.
struct Past {
  History history;
  std::optional<objects::DaemonSetRollout> remembered;  ///< by the policy that serves it
};

/// For how long.
enum class Mode : std::uint8_t { once, follow };

/// What is new since somebody asked last.
struct News {
  std::set<cache::Key> daemon_sets;          ///< of which something else may have to be said; some may have gone
  std::set<std::string, std::less<>> nodes;  ///< that came, went or changed
  bool all = false;                          ///< all of them, and all nodes
  std::optional<Failure> failure;            ///< what lies ahead of more news at this moment
};

class Feeds;

class Inspector {
 public:
  /// Throws std::runtime_error if there is no configuration to reach the cluster.
  explicit Inspector(const Target& settings, Mode mode = Mode::once);
  /// Follows on the loop of somebody who does other things on it too. At the end it runs until there is nothing left
  /// to do, so all else must have ended before.
  Inspector(boost::asio::io_context& loop, const Target& settings);
  ~Inspector();
  Inspector(const Inspector&) = delete;
  Inspector& operator=(const Inspector&) = delete;

  using Deadline = std::optional<std::chrono::steady_clock::time_point>;

  /// Waits for all lists, then returns the state. With `Mode::follow` the next calls wait for a change, a failure or
  /// the deadline. A failure does not end the inspection: the next call goes on. While a failure lasts, a call returns
  /// it at the deadline.
  [[nodiscard]] std::expected<Inspection, Failure> inspect(Deadline deadline = std::nullopt);
  /// The same for all DaemonSets of the target, by namespace and name.
  [[nodiscard]] std::expected<std::vector<Inspection>, Failure> inspect_all(Deadline deadline = std::nullopt);

  /// For whoever shows many DaemonSets: waits for a change, a failure or the deadline, and says what is to be looked at
  /// again. Changes within `gather` of the first one come with it. Before all lists have come there is a failure.
  [[nodiscard]] News news(Deadline deadline, std::chrono::milliseconds gather);
  /// Whether all lists have come: before, nothing is known.
  [[nodiscard]] bool synced() const;
  /// The state of a DaemonSet that is known; nullopt: there is none, or not all lists have come.
  [[nodiscard]] std::optional<Inspection> look(const cache::Key& key) const;
  /// The same, at a glance.
  [[nodiscard]] std::optional<Glance> glance(const cache::Key& key) const;
  /// The same, closer. `node` may be empty.
  [[nodiscard]] std::optional<Closeup> look_closely(const cache::Key& key, std::string_view node) const;
  [[nodiscard]] std::optional<Past> look_back(const cache::Key& key) const;
  [[nodiscard]] const daemonset::Nodes& nodes() const;
  [[nodiscard]] std::vector<cache::Key> daemon_sets() const;

  /// Asks the API server, with a dry run, whether it accepts a pod for the node. An error means that it gave no
  /// verdict.
  [[nodiscard]] std::expected<Trial, Failure> try_pod(const Inspection& inspection, const std::string& node);

 private:
  [[nodiscard]] std::optional<Failure> await(Deadline deadline, bool for_news = false);
  void run_until(Deadline deadline);
  [[nodiscard]] bool knows(const cache::Key& key) const;
  [[nodiscard]] std::string address() const;

  /// Null: on a loop of its own.
  Inspector(boost::asio::io_context* loop, const Target& settings, Mode mode);

  std::unique_ptr<boost::asio::io_context> own_loop_;
  boost::asio::io_context& loop_;
  cluster::Config config_;
  Mode mode_;
  cluster::Client client_;
  std::unique_ptr<Feeds> feeds_;
  std::size_t told_failures_ = 0;
  bool in_trouble_ = false;  ///< the last call said so
  bool begun_ = false;       ///< a call has said what there is
};

}  // namespace everynode::inspection
