/// A machine whose requests a test answers, and the store that its effects go into.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "builders.hpp"
#include "everynode/sync/batch.hpp"

namespace everynode::sync {

inline Answer refused(Failure failure, unsigned code, const std::string& reason, const std::string& message = "why") {
  return std::unexpected(
      Problem{.failure = failure,
              .text = reason,
              .status = kube::ApiStatus{.code = code, .reason = reason, .message = message, .cause = {}}});
}

inline const auto not_found = [] { return refused(Failure::not_found, 404, "NotFound"); };
inline const auto already_exists = [] { return refused(Failure::already_exists, 409, "AlreadyExists"); };
inline const auto conflict = [] { return refused(Failure::conflict, 409, "Conflict"); };
inline const auto forbidden = [] { return refused(Failure::refused, 403, "Forbidden"); };
inline const auto no_answer = [] {
  return Answer(std::unexpected(Problem{.failure = Failure::in_doubt, .text = "no answer", .status = {}}));
};

class Conversation : public ::testing::Test {
 protected:
  Conversation() {
    store_.put(support::node("n1"));
    store_.put(daemon_set_);
  }

  [[nodiscard]] std::shared_ptr<Batch> batch(std::span<const objects::DaemonPod* const> unmatched = {}) const {
    daemonset::Plan plan;
    plan.hash = "h";
    return std::make_shared<Batch>(daemon_set_, plan, unmatched);
  }

  void begin(const daemonset::Action& action) { begin(sync::begin(action, batch(), state().doubts())); }
  void begin(std::unique_ptr<WriteMachine> machine) {
    machine_ = std::move(machine);
    take_effects();
  }

  /// "GET /api/v1/namespaces/default/pods/p"; empty when it has ended.
  [[nodiscard]] std::string asks() const {
    const auto* const request = std::get_if<kube::Request>(&machine_->next());
    return request == nullptr ? "" : std::string(request->method()) + " " + request->target;
  }

  void answer(Answer answer) {
    machine_->on_answer(std::move(answer));
    take_effects();
  }

  [[nodiscard]] const Result& result() const { return std::get<WriteMachine::Ended>(machine_->next()).result; }

  /// Whether it has ended with this result.
  [[nodiscard]] bool ended(Next next) const { return asks().empty() && result() && *result() == next; }
  [[nodiscard]] bool failed(const std::string& text) const {
    return asks().empty() && !result() && result().error().text.contains(text);
  }

  [[nodiscard]] const cache::DaemonSetState& state() const { return *store_.state(key_); }
  [[nodiscard]] std::size_t pods_of_n1() const { return state().find("n1")->pods.size(); }

  const cache::Key key_{.namespace_ = "default", .name = "agent"};
  const objects::Time now_ = support::at(0);
  objects::DaemonSet daemon_set_ = support::daemon_set();
  cache::Store store_;
  std::unique_ptr<WriteMachine> machine_;
  std::vector<std::string> told_;  ///< reasons of events

 private:
  void take_effects() {
    Effects effects = machine_->take_effects();
    apply(std::move(effects.changes), key_, store_, now_);
    for (const Notice& notice : effects.notices) told_.emplace_back(notice.reason);
  }
};

}  // namespace everynode::sync
