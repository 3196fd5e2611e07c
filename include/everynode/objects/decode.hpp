/// Kubernetes' JSON as our values. Unknown fields are skipped; fields that we read must have the right type.
#pragma once

#include "everynode/codec/reader.hpp"
#include "everynode/objects/labels.hpp"
#include "everynode/objects/pod.hpp"

namespace everynode::objects {

// Each reads the value at which the reader stands; what is wrong with it is in `reader.error()` afterwards.
void read(codec::Reader& reader, codec::Reader::Element value, Labels& out);
void read(codec::Reader& reader, codec::Reader::Element value, PodAnnotations& out);
void read(codec::Reader& reader, codec::Reader::Element value, Toleration& out);
void read(codec::Reader& reader, codec::Reader::Element value, Tolerations& out);
void read(codec::Reader& reader, codec::Reader::Element value, NodeSelectorRequirement& out);
void read(codec::Reader& reader, codec::Reader::Element value, std::vector<NodeSelectorRequirement>& out);
void read(codec::Reader& reader, codec::Reader::Element value, NodeSelectorTerm& out);
void read(codec::Reader& reader, codec::Reader::Element value, std::vector<NodeSelectorTerm>& out);
void read(codec::Reader& reader, codec::Reader::Element value, NodeSelector& out);
void read(codec::Reader& reader, codec::Reader::Element value, NodeAffinity& out);
void read(codec::Reader& reader, codec::Reader::Element value, Affinity& out);
void read(codec::Reader& reader, codec::Reader::Element value, OwnerReference& out);
void read(codec::Reader& reader, codec::Reader::Element value, PodMetadata& out);
void read(codec::Reader& reader, codec::Reader::Element value, PodSpec& out);
void read(codec::Reader& reader, codec::Reader::Element value, Pod& out);

}  // namespace everynode::objects
