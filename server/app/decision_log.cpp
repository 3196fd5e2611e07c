#include "decision_log.hpp"

#include "everynode/app/log.hpp"
#include "everynode/core/json_text.hpp"
#include "everynode/core/ownership.hpp"

namespace everynode::app {
namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;

void log_failure(const admission::Request& request, const admission::Decision& decision) {
  log::warning("pod left as it is", {{"uid", request.uid},
                                     {"namespace", core::clipped(request.namespace_)},
                                     {"result", name_of(decision.result)},
                                     {"reason", name_of(decision.reason)},
                                     {"detail", decision.detail}});
}

}  // namespace

void log_decision(const admission::Request& request, const admission::Decision& decision,
                  std::chrono::nanoseconds duration) {
  if (decision.result == admission::Result::failed) return log_failure(request, decision);
  if (decision.result != admission::Result::patched || !log::enabled(log::Level::info)) return;
  const core::PodMetadata& metadata = request.pod.metadata;
  const core::OwnerReference* owner = core::controller_of(metadata);
  log::info("pod patched", {{"uid", request.uid},
                            {"namespace", core::clipped(request.namespace_)},
                            {"generateName", core::clipped(metadata.generate_name)},
                            {"owner", owner == nullptr ? std::string_view{} : core::clipped(owner->name)},
                            {"node", decision.target ? decision.target->node : std::string_view{}},
                            {"result", name_of(decision.result)},
                            {"reason", name_of(decision.reason)},
                            {"ops", static_cast<std::int64_t>(decision.patch.size())},
                            {"duration_us", duration_cast<microseconds>(duration).count()},
                            {"dryRun", request.dry_run ? std::string_view("true") : std::string_view("false")}});
}

}  // namespace everynode::app
