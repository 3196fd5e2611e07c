#include "decision_log.hpp"

#include "everynode/admission/ownership.hpp"
#include "everynode/codec/json_text.hpp"
#include "everynode/logging/log.hpp"

namespace everynode::webhook {
namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;

void log_failure(const admission::Request& request, const admission::Decision& decision) {
  logging::warning("pod left as it is", {{"uid", request.uid},
                                         {"namespace", codec::clipped(request.namespace_)},
                                         {"result", name_of(decision.result)},
                                         {"reason", name_of(decision.reason)},
                                         {"detail", decision.detail}});
}

}  // namespace

void log_decision(const admission::Request& request, const admission::Decision& decision,
                  std::chrono::nanoseconds duration) {
  if (decision.result == admission::Result::failed) return log_failure(request, decision);
  if (decision.result != admission::Result::patched || !logging::enabled(logging::Level::info)) return;
  const objects::PodMetadata& metadata = request.pod.metadata;
  const objects::OwnerReference* owner = admission::controller_of(metadata);
  logging::info("pod patched", {{"uid", request.uid},
                                {"namespace", codec::clipped(request.namespace_)},
                                {"generateName", codec::clipped(metadata.generate_name)},
                                {"owner", owner == nullptr ? std::string_view{} : codec::clipped(owner->name)},
                                {"node", decision.target ? decision.target->node : std::string_view{}},
                                {"result", name_of(decision.result)},
                                {"reason", name_of(decision.reason)},
                                {"ops", static_cast<std::int64_t>(decision.patch.size())},
                                {"duration_us", duration_cast<microseconds>(duration).count()},
                                {"dryRun", request.dry_run ? std::string_view("true") : std::string_view("false")}});
}

}  // namespace everynode::webhook
