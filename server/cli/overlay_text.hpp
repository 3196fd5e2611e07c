/// What `everynode overlay explain` prints.
#pragma once

#include <string>

#include "everynode/inspection/overlays.hpp"

namespace everynode::cli {

/// Which overlays of the namespace match the pod and what becomes of each; which field each gives, over which others,
/// and how amounts come about; and what the pod that runs would get otherwise now. Lines for people.
[[nodiscard]] std::string overlay_text(const inspection::AdmittedState& pod);

/// Lines about the fields that overlays give, one for each, indented.
[[nodiscard]] std::string fields_text(const inspection::AdmittedState& pod);

/// {"namespace": ..., "pods": [...]}, with "remarks" if something could not be read.
[[nodiscard]] std::string overlay_json(const inspection::OverlaySubject& subject);

}  // namespace everynode::cli
