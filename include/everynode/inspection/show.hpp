/// An inspection for programs: the JSON of `explain -o json`, and of the page.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "everynode/daemonset/report.hpp"
#include "everynode/inspection/inspector.hpp"

namespace everynode::inspection {

/// One object; `nodes` are those that it names. Foreign text in it is not escaped beyond what JSON asks for.
[[nodiscard]] nlohmann::ordered_json show(const Inspection& inspection,
                                          const std::vector<daemonset::NodeReport>& nodes);

}  // namespace everynode::inspection
