#include "everynode/inspection/trial.hpp"

#include <utility>

#include "everynode/daemonset/changes.hpp"
#include "everynode/daemonset/manage.hpp"
#include "everynode/objects/template.hpp"

namespace everynode::inspection {
namespace {

constexpr unsigned bad_request = 400;
constexpr unsigned forbidden = 403;

/// The answer of authorization, or of a webhook that would have to write something of its own.
bool is_about_asking(const kube::ApiStatus& status) {
  if (status.code == forbidden) return status.message.contains("cannot create resource \"pods\"");
  return status.code == bad_request && status.message.contains("does not support dry run");
}

/// Between these the API server speaks of the pod; all else says that it could not judge.
bool judges(unsigned status) {
  return status == 400 || status == 403 || status == 404 || status == 409 || status == 422 || status == 500;
}

}  // namespace

std::expected<kube::Request, std::string> trial_of(const objects::DaemonSet& daemon_set, std::string_view hash,
                                                   std::string_view node, std::uint64_t seed) {
  const auto body = objects::PodBody::make(daemon_set.pod_template, {.name = daemon_set.name, .uid = daemon_set.uid},
                                           hash, daemon_set.template_generation());
  if (!body) return std::unexpected(body.error());
  const std::string name = daemonset::pod_name(daemon_set.name, seed, 0);
  return kube::as_dry_run(kube::create(kube::pods, daemon_set.namespace_, body->for_node(name, node)));
}

std::expected<Trial, Failure> judge_trial(std::string_view address, const objects::DaemonSet& daemon_set,
                                          const overlay::Known* known, const kube::Request& question,
                                          const kube::Outcome& outcome) {
  if (!outcome) return std::unexpected(failure_of(address, question, outcome));
  Trial trial{.taken = outcome->ok(), .refusal = {}, .changes = {}, .warnings = outcome->warnings};
  const std::string& pod = trial.taken ? outcome->body : question.body;
  auto admitted = read_admitted_state(known, pod, daemon_set.pod_template.json, daemon_set.namespace_);
  if (admitted) trial.admitted = std::move(*admitted);
  if (trial.taken) {
    auto changes = daemonset::changes_of(question.body, outcome->body);
    if (!changes) return std::unexpected(unreadable(address, question, *outcome, changes.error().text()));
    trial.changes = std::move(*changes);
    return trial;
  }
  const kube::ApiStatus status = kube::status_of(*outcome);
  const bool is_verdict = judges(status.code) && !status.message.empty() && !kube::is_html(outcome->body);
  if (!is_verdict || is_about_asking(status)) return std::unexpected(failure_of(address, question, outcome));
  trial.refusal =
      std::to_string(status.code) + (status.reason.empty() ? "" : " " + status.reason) + ": " + status.message;
  return trial;
}

}  // namespace everynode::inspection
