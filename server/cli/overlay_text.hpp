/// What overlays make of a pod, in words.
#pragma once

#include <string>

#include "everynode/inspection/overlays.hpp"

namespace everynode::cli {

/// Which of the subject's overlays match the pod and what becomes of each; which field each gives, over which others,
/// and how amounts come about; and what the pod that runs would get otherwise now. Lines for people.
[[nodiscard]] std::string overlay_text(const inspection::OverlaySubject& subject, const inspection::OverlaidPod& pod);

}  // namespace everynode::cli
