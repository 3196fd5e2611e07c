/// What the actions of one plan share.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "everynode/cache/store.hpp"
#include "everynode/daemonset/plan.hpp"
#include "everynode/objects/template.hpp"
#include "everynode/overlay/knowledge.hpp"
#include "everynode/sync/write_machine.hpp"

namespace everynode::sync {

/// Lives as long as one of the actions is under way. Not thread-safe.
class Batch {
 public:
  /// `unmatched` is the snapshot's; `known`: what new pods are fitted to their nodes by; null: they are not.
  Batch(const objects::DaemonSet& daemon_set, const daemonset::Plan& plan,
        std::span<const objects::DaemonPod* const> unmatched = {},
        std::shared_ptr<const overlay::Known> known = nullptr);

  /// The DaemonSet as the plan saw it: the store's may have changed or gone since.
  [[nodiscard]] const objects::DaemonSet& daemon_set() const { return daemon_set_; }
  [[nodiscard]] const cache::Key& key() const { return key_; }
  /// The key of an object in the DaemonSet's namespace.
  [[nodiscard]] cache::Key beside(std::string name) const {
    return {.namespace_ = key_.namespace_, .name = std::move(name)};
  }

  /// Whether the plan knew of the stray with this UID, and goes on although the stray is not released.
  [[nodiscard]] bool knows_unmatched(std::string_view uid) const { return unmatched_.contains(uid); }

  /// The label of its new pods' revision.
  [[nodiscard]] const std::string& hash() const { return hash_; }

  /// What its new pods are made from, or why they cannot be.
  [[nodiscard]] const std::expected<objects::PodBody, std::string>& pod_body();

  [[nodiscard]] const overlay::Known* known() const { return known_.get(); }

  /// Why adoption is forbidden; nullopt: it is allowed.
  [[nodiscard]] const std::optional<Problem>& adoption() const { return adoption_; }
  void forbid_adoption(Problem why) { adoption_ = std::move(why); }

 private:
  objects::DaemonSet daemon_set_;
  cache::Key key_;
  std::string hash_;
  std::set<std::string, std::less<>> unmatched_;                      ///< by UID
  std::optional<std::expected<objects::PodBody, std::string>> body_;  ///< made for the first pod
  std::shared_ptr<const overlay::Known> known_;
  std::optional<Problem> adoption_;
};

/// Finds out what the actions of a plan need to know before they begin: if the plan deletes pods, what happened to the
/// pods whose deletion is in doubt; if it adopts, whether the DaemonSet may still adopt. Ends with `plan_again` if
/// there was a doubt.
class Preparation final : public WriteMachine {
 public:
  Preparation(std::shared_ptr<Batch> batch, const daemonset::Plan& plan, const cache::Doubts& doubts);

  /// If it has ended with a problem: the deletion whose result is unknown.
  [[nodiscard]] const daemonset::DeletePod& in_doubt() const { return in_doubt_.back(); }

 private:
  void take(Answer answer) override;
  void rechecked(Result result) override;
  void settle();
  void begin_adoption();

  std::shared_ptr<Batch> batch_;
  bool adopts_;
  std::vector<daemonset::DeletePod> in_doubt_;
  bool settled_any_ = false;
};

/// Carries out one action of the plan.
[[nodiscard]] std::unique_ptr<WriteMachine> begin(const daemonset::Action& action, std::shared_ptr<Batch> batch,
                                                  const cache::Doubts& doubts);

}  // namespace everynode::sync
