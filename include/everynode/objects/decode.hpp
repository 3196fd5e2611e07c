/// The parts of Kubernetes' objects, read from JSON or protobuf. Unknown fields are skipped; fields that we read must
/// have the right type.
#pragma once

#include "everynode/codec/protobuf.hpp"
#include "everynode/codec/reader.hpp"
#include "everynode/objects/labels.hpp"
#include "everynode/objects/pod.hpp"

namespace everynode::objects {

// What is wrong with the value is its reader's mistake afterwards.
void read(codec::JsonValue value, Labels& out);
void read(codec::JsonValue value, PodAnnotations& out);
void read(codec::JsonValue value, Toleration& out);
void read(codec::JsonValue value, Tolerations& out);
void read(codec::JsonValue value, OwnerReference& out);
void read(codec::JsonValue value, AmountText& out);
void read(codec::JsonValue value, ResourceAmounts& out);
void read(codec::JsonValue value, Resources& out);
void read(codec::JsonValue value, EnvVar& out);
void read(codec::JsonValue value, Container& out);
void read(codec::JsonValue value, LabelSelector& out);
void read(codec::JsonValue value, Pod& out, PodParts parts = PodParts::placement);

/// An entry of the map.
void read(codec::Message entry, Labels& out);

// Both of these, from a codec::JsonValue or a codec::Message, which throws what is wrong.
template <class Value>
void read(Value value, NodeSelectorRequirement& out);
template <class Value>
void read(Value value, NodeSelectorTerm& out);
template <class Value>
void read(Value value, NodeSelector& out);
template <class Value>
void read(Value value, NodeAffinity& out);
template <class Value>
void read(Value value, Affinity& out);

}  // namespace everynode::objects
