#include "decision_log.hpp"

#include "everynode/admission/ownership.hpp"
#include "everynode/codec/json_text.hpp"
#include "everynode/logging/log.hpp"

namespace everynode::webhook {
namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;

constexpr std::size_t most_of_overlays = 1024;

void log_failure(const admission::Request& request, const admission::Decision& decision) {
  logging::warning("pod left as it is", {{"uid", request.uid},
                                         {"namespace", codec::clipped(request.namespace_)},
                                         {"result", name_of(decision.result)},
                                         {"reason", name_of(decision.reason)},
                                         {"detail", decision.detail}});
}

}  // namespace

std::string overlays_in(const admission::Decision& decision) {
  std::string names;
  if (!decision.fit) return names;
  for (const overlay::Contribution& contribution : decision.fit->contributions)
    names += (names.empty() ? "" : ",") + contribution.overlay->name;
  return std::string(codec::clipped(names, most_of_overlays));
}

std::string overlays_left_out(const admission::Decision& decision) {
  if (!decision.without_overlays.empty())
    return std::string(codec::clipped(decision.without_overlays, most_of_overlays));
  std::string text;
  if (!decision.fit) return text;
  for (const overlay::Refusal& refusal : decision.fit->refusals) {
    if (text.size() > most_of_overlays) break;
    text.append(text.empty() ? "" : "; ").append(refusal.overlay).append(": ").append(codec::clipped(refusal.reason));
  }
  return std::string(codec::clipped(text, most_of_overlays));
}

void log_decision(const admission::Request& request, const admission::Decision& decision,
                  std::chrono::nanoseconds duration) {
  if (decision.result == admission::Result::failed) return log_failure(request, decision);
  if (decision.result != admission::Result::patched || !logging::enabled(logging::Level::info)) return;
  const objects::PodMetadata& metadata = request.pod.metadata;
  const objects::OwnerReference* owner = admission::controller_of(metadata);
  const std::string overlays = overlays_in(decision);
  const std::string left_out = overlays_left_out(decision);
  logging::info("pod patched", {{"uid", request.uid},
                                {"namespace", codec::clipped(request.namespace_)},
                                {"generateName", codec::clipped(metadata.generate_name)},
                                {"owner", owner == nullptr ? std::string_view{} : codec::clipped(owner->name)},
                                {"node", decision.target ? decision.target->node : std::string_view{}},
                                {"result", name_of(decision.result)},
                                {"reason", name_of(decision.reason)},
                                {"overlays", overlays},
                                {"overlays-refused", left_out},
                                {"ops", static_cast<std::int64_t>(decision.operations())},
                                {"duration_us", duration_cast<microseconds>(duration).count()},
                                {"dryRun", request.dry_run ? std::string_view("true") : std::string_view("false")}});
}

}  // namespace everynode::webhook
