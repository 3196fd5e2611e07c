/// Kubernetes' JSON as our values. Unknown fields are skipped; fields that we read must have the right type.
#pragma once

#include "everynode/core/labels.hpp"
#include "everynode/core/pod.hpp"
#include "everynode/core/reader.hpp"

namespace everynode::core {

// Each reads the value at which the reader stands; what is wrong with it is in `reader.error()` afterwards.
void read(Reader& reader, Reader::Element value, Labels& out);
void read(Reader& reader, Reader::Element value, PodAnnotations& out);
void read(Reader& reader, Reader::Element value, Toleration& out);
void read(Reader& reader, Reader::Element value, Tolerations& out);
void read(Reader& reader, Reader::Element value, NodeSelectorRequirement& out);
void read(Reader& reader, Reader::Element value, std::vector<NodeSelectorRequirement>& out);
void read(Reader& reader, Reader::Element value, NodeSelectorTerm& out);
void read(Reader& reader, Reader::Element value, std::vector<NodeSelectorTerm>& out);
void read(Reader& reader, Reader::Element value, NodeSelector& out);
void read(Reader& reader, Reader::Element value, NodeAffinity& out);
void read(Reader& reader, Reader::Element value, Affinity& out);
void read(Reader& reader, Reader::Element value, OwnerReference& out);
void read(Reader& reader, Reader::Element value, PodMetadata& out);
void read(Reader& reader, Reader::Element value, PodSpec& out);
void read(Reader& reader, Reader::Element value, Pod& out);

}  // namespace everynode::core
