/// Parts that the specs and statuses of several kinds have. Private to their readers.
#pragma once

#include "everynode/codec/reader.hpp"
#include "everynode/objects/daemon_set.hpp"
#include "everynode/objects/decode.hpp"

namespace everynode::objects {

// What is wrong with a value is the reader's mistake afterwards.
void read(codec::JsonValue value, IntOrPercent& out);
void read(codec::JsonValue value, Condition& out);

}  // namespace everynode::objects
