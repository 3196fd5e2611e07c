/// What the store knows of a DaemonSet, as an inspection. Private to `inspection`.
#pragma once

#include <string_view>

#include "everynode/inspection/inspector.hpp"
#include "feeds.hpp"

namespace everynode::inspection {

[[nodiscard]] Inspection inspection_of(const Feeds& feeds, const cache::Key& key);
[[nodiscard]] Closeup closeup_of(const Feeds& feeds, const cache::Key& key, std::string_view node);
[[nodiscard]] Past past_of(const Feeds& feeds, const cache::Key& key);

}  // namespace everynode::inspection
