/// What a controller has to bring to its end, a tale for each kind of write.
#pragma once

#include "story.hpp"

namespace everynode::reconciler {

[[nodiscard]] std::vector<Tale> tales();

}  // namespace everynode::reconciler
