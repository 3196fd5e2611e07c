/// Creates exactly one pod for a node, whatever answers get lost.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "everynode/sync/batch.hpp"

namespace everynode::sync {

class CreatePod final : public WriteMachine {
 public:
  /// `in_doubt`: the name of the node's pod whose creation got no answer; empty: none. `taken`: how many of the pod's
  /// names other objects have.
  CreatePod(std::shared_ptr<Batch> batch, daemonset::CreatePod action, std::string in_doubt, unsigned taken);

 private:
  enum class Step : std::uint8_t {
    settle,  ///< does the pod in doubt exist?
    create,
    try_plain,  ///< what does the API server make of the pod without overlays?
    recheck,    ///< which object has the name?
  };

  void start(std::string in_doubt);
  void take(Answer answer) override;
  void settle(Answer answer);
  void created(Answer answer);
  void refused(Problem problem);
  void try_plain(const Problem& problem);
  void tried(Answer answer);
  void go_without(const std::string& why);
  [[nodiscard]] std::optional<daemonset::Undone> alteration_of(const objects::DaemonPod& pod) const;
  void compare(Answer answer);
  void attempt();
  void next_attempt();
  void finish(Result result);
  [[nodiscard]] std::string name() const;
  [[nodiscard]] std::string plain_body() const;
  [[nodiscard]] std::string body();
  [[nodiscard]] bool may_be_overlays(const Problem& problem) const;

  std::shared_ptr<Batch> batch_;
  daemonset::CreatePod action_;
  Step step_ = Step::settle;
  unsigned first_attempt_;
  unsigned attempt_ = first_attempt_;
  std::string overlays_;          ///< the stamp of the pod that was sent; empty: it has none
  std::string refused_overlays_;  ///< the API server refused it with these, so it goes without any
  std::string whole_stamp_;       ///< that of all overlays, with which the API server refused it; empty: it has not
  std::string refusal_;           ///< why it did
  std::set<std::string, std::less<>> left_out_;  ///< names of overlays that cannot be in it, as the API server makes it
};

}  // namespace everynode::sync
