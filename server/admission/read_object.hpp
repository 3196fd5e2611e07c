/// Reads the object that a request is about. Private to this folder.
#pragma once

#include "everynode/admission/review.hpp"
#include "everynode/codec/reader.hpp"

namespace everynode::admission {

/// Reads so much of the Pod into `out`, or why that is not possible: what is wrong inside the object is no reason not
/// to answer.
void read_object(codec::JsonValue value, objects::PodParts parts, Request& out);

}  // namespace everynode::admission
