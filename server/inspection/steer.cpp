#include "everynode/inspection/steer.hpp"

#include <chrono>
#include <thread>
#include <utility>

#include "everynode/inspection/subject.hpp"

namespace everynode::inspection {
namespace {

constexpr unsigned conflict = 409;
constexpr int attempts = 5;

using Decision = std::expected<sync::Step, NotSteered>;

std::unexpected<NotSteered> unread(Failure failure) {
  return std::unexpected(NotSteered{.why = std::move(failure.why), .unread = true});
}

/// `undo` needs no policies: whoever may not read them is not told of them.
Decision decide(Conversation& conversation, const std::string& name, const sync::Wish& wish,
                const SteerOptions& options) {
  auto daemon_set = read_daemon_set(conversation, name);
  if (!daemon_set) return unread(std::move(daemon_set.error()));
  auto policies = read_policies(conversation, daemon_set->namespace_);
  if (!policies && wish.change != sync::RolloutChange::undo) return unread(std::move(policies.error()));
  std::expected<History, Failure> history;
  if (sync::needs_history(wish)) history = read_history(conversation, *daemon_set);
  if (!history) return unread(std::move(history.error()));
  auto step = sync::step_of(wish,
                            {.daemon_set = *daemon_set,
                             .policy = policies ? policies->serving(*daemon_set) : nullptr,
                             .has_policies = !policies || policies->known,
                             .history = history->objects(),
                             .current = history->current},
                            options.program);
  if (!step) return std::unexpected(NotSteered{.why = std::move(step.error())});
  return std::move(*step);
}

std::string as_tried(const SteerOptions& options) {
  return options.dry_run == DryRun::server ? " (server dry run)" : "";
}

}  // namespace

SteerOutcome steer(Conversation& conversation, const std::string& name, const sync::Wish& wish,
                   const SteerOptions& options) {
  for (int attempt = 1;; ++attempt) {
    Decision step = decide(conversation, name, wish, options);
    if (!step) return {.done = std::unexpected(std::move(step.error())), .warnings = {}};
    if (!step->request) return {.done = std::move(step->done), .warnings = std::move(step->warnings)};
    kube::Request request = std::move(*step->request);
    if (options.dry_run == DryRun::server) request = kube::as_dry_run(std::move(request));
    const kube::Outcome answer = conversation.ask(request);
    if (answer) step->warnings.insert(step->warnings.end(), answer->warnings.begin(), answer->warnings.end());
    if (answer && answer->ok()) return {.done = step->done + as_tried(options), .warnings = std::move(step->warnings)};
    if (!answer || answer->status != conflict || attempt == attempts) {
      return {.done = std::unexpected(NotSteered{.why = kube::explain(request, answer)}),
              .warnings = std::move(step->warnings)};
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(100) * attempt);
  }
}

}  // namespace everynode::inspection
