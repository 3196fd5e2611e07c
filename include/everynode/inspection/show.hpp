/// Inspections for programs: the JSON of `explain -o json` and `overlay explain -o json`, and of the page.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "everynode/daemonset/report.hpp"
#include "everynode/inspection/admitted.hpp"
#include "everynode/inspection/inspector.hpp"

namespace everynode::inspection {

/// One object; `nodes` are those that it names. Foreign text in it is not escaped beyond what JSON asks for.
[[nodiscard]] nlohmann::ordered_json show(const Inspection& inspection,
                                          const std::vector<daemonset::NodeReport>& nodes);

/// What overlays are to a pod; the values of fields are JSON as in the pod.
[[nodiscard]] nlohmann::ordered_json show(const AdmittedState& admitted);

}  // namespace everynode::inspection
