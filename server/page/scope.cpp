#include "scope.hpp"

#include <utility>

#include "everynode/inspection/conversation.hpp"
#include "everynode/inspection/failure.hpp"
#include "everynode/kube/request.hpp"

namespace everynode::page {
namespace {

/// A cluster that does not answer is waited for on the page.
constexpr std::chrono::seconds answer_within{5};
constexpr unsigned forbidden = 403;

}  // namespace

Scope scope_of(inspection::Target target) {
  if (!target.namespace_.empty()) return {.target = std::move(target), .why = {}};
  inspection::Conversation conversation(target, {.attended = true, .patience = answer_within});
  for (const kube::Resource& resource : {kube::daemon_sets, kube::pods}) {
    const kube::Request question = kube::list(kube::Collection(resource), 1, {});
    const kube::Outcome outcome = conversation.ask(question);
    if (!outcome || outcome->status != forbidden) continue;
    target.namespace_ = conversation.namespace_();
    return {.target = std::move(target), .why = inspection::failure_of(conversation.address(), question, outcome).why};
  }
  target.all_namespaces = true;
  return {.target = std::move(target), .why = {}};
}

}  // namespace everynode::page
