/// What the store knows of a DaemonSet, as an inspection. Private to `inspection`.
#pragma once

#include "everynode/inspection/inspector.hpp"
#include "feeds.hpp"

namespace everynode::inspection {

[[nodiscard]] Inspection inspection_of(const Feeds& feeds, const cache::Key& key);

}  // namespace everynode::inspection
