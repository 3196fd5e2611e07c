#include "observers.hpp"

#include "everynode/logging/log.hpp"
#include "everynode/objects/time.hpp"

namespace everynode::reconciler {

ReconcileLoopObserver reconcile_loop_observer(Metrics& metrics) {
  ReconcileLoopObserver observer;
  observer.actions.acted = [&metrics](const cache::Key& key, const daemonset::Action& action,
                                      const std::string& problem) {
    metrics.action(action, problem.empty());
    const std::string what = to_text(action);
    if (!problem.empty()) {
      logging::warning("not done", {{"daemonset", to_text(key)}, {"action", what}, {"problem", problem}});
    } else if (logging::enabled(logging::Level::debug)) {
      logging::write(logging::Level::debug, "done", {{"daemonset", to_text(key)}, {"action", what}});
    }
  };
  observer.listed = [&metrics](const kube::Resource& resource) { metrics.listed(resource); };
  observer.watched = [&metrics](const kube::Resource& resource) { metrics.watched(resource); };
  observer.watch_failed = [&metrics](const kube::Resource& resource, protocol::WatchFailure failure,
                                     const std::string& trouble) {
    metrics.watch_failed(resource, failure);
    logging::warning("watch failed, trying again", {{"resource", name_of(resource)}, {"problem", trouble}});
  };
  observer.undecodable = [&metrics](const kube::Resource& resource, const std::string& object,
                                    const std::string& problem) {
    metrics.undecodable(resource);
    logging::error("object cannot be read, its last known state stays",
                   {{"resource", name_of(resource)}, {"object", object}, {"problem", problem}});
  };
  observer.synced = [&metrics](const cache::Key&, std::chrono::nanoseconds waited, std::chrono::nanoseconds took,
                               bool) { metrics.synced(waited, took); };
  observer.failed = [](const cache::Key& key, const std::string& problem) {
    logging::warning("not done, trying again", {{"daemonset", to_text(key)}, {"problem", problem}});
  };
  observer.policy_failed = [](const cache::Key& key, const std::string& problem) {
    logging::warning("status not written, trying again", {{"rolloutpolicy", to_text(key)}, {"problem", problem}});
  };
  observer.overlay_failed = [](const cache::Key& key, const std::string& problem) {
    logging::warning("status not written, trying again", {{"daemonsetoverlay", to_text(key)}, {"problem", problem}});
  };
  observer.node_starts.started = [](const std::string& node) {
    logging::info("took the startup taint off: all DaemonSets that it waited for are there", {{"node", node}});
  };
  observer.node_starts.failed = [](const std::string& node, const std::string& problem) {
    logging::warning("startup taint not taken off, trying again", {{"node", node}, {"problem", problem}});
  };
  observer.rival = [](const cache::Key& key, const std::string& manager) {
    logging::error("another controller acts for this DaemonSet: leaving it alone",
                   {{"daemonset", to_text(key)},
                    {"manager", manager},
                    {"hint", "start kube-controller-manager with --controllers=*,-daemonset-controller"}});
  };
  observer.went_back = [&metrics] {
    metrics.went_back();
    logging::error(
        "the cluster's state went back, as after the restore of a backup: forgetting what was known, starting anew");
  };
  observer.suspect = [](const cache::Key& key, const std::string& manager) {
    logging::warning(
        "somebody creates pods of this DaemonSet, as another controller would: waiting until it writes the status",
        {{"daemonset", to_text(key)}, {"manager", manager}, {"seconds", std::int64_t{sync::Guard::suspicion.count()}}});
  };
  observer.events.dropped = [&metrics] { metrics.event_lost(); };
  observer.events.failed = [&metrics](const kube::Request&, const kube::Outcome&) { metrics.event_lost(); };
  return observer;
}

cluster::CertificateObserver certificate_observer(Metrics& metrics) {
  using std::chrono::sys_seconds;
  cluster::CertificateObserver observer;
  observer.checked = [&metrics](std::optional<sys_seconds> authority, std::optional<sys_seconds> leaf) {
    if (authority) metrics.certificate_expiry("ca", *authority);
    if (leaf) metrics.certificate_expiry("leaf", *leaf);
  };
  observer.made_authority = [&metrics](sys_seconds expires) {
    metrics.certificate_renewed("ca");
    logging::info("made a CA for the webhook", {{"expires", objects::to_rfc3339(expires)}});
  };
  observer.wrote_bundles = [&metrics](std::size_t authorities, std::size_t webhooks) {
    metrics.certificate_bundle_written();
    logging::info("wrote the webhook's caBundle", {{"authorities", static_cast<std::int64_t>(authorities)},
                                                   {"webhooks", static_cast<std::int64_t>(webhooks)}});
  };
  observer.bundles_undone = [&metrics] {
    metrics.certificate_bundle_undone();
    logging::warning(
        "somebody undoes the webhook's caBundle: until it was put right, pods were admitted without the webhook");
  };
  observer.issued = [&metrics](sys_seconds expires) {
    metrics.certificate_renewed("leaf");
    logging::info("issued the webhook's certificate", {{"expires", objects::to_rfc3339(expires)}});
  };
  observer.failed = [&metrics](const std::string& trouble) {
    metrics.certificate_failed();
    logging::error("the webhook's certificate cannot be kept, trying again", {{"problem", trouble}});
  };
  return observer;
}

}  // namespace everynode::reconciler
