#include "everynode/objects/decode.hpp"

namespace everynode::objects {
namespace {

using Element = codec::Reader::Element;

template <class T>
void read_list(codec::Reader& reader, Element value, std::vector<T>& out, std::size_t usual) {
  out.reserve(usual);
  reader.array(value, [&](Element element) {
    if constexpr (std::is_same_v<T, std::string_view>) {
      reader.read(element, out.emplace_back());
    } else {
      read(reader, element, out.emplace_back());
    }
  });
}

}  // namespace

void read(codec::Reader& reader, Element value, PodAnnotations& out) {
  constexpr std::array<std::string_view, 2> names{"kubernetes.io/config.mirror", "everynode.dev/node"};
  reader.object(value, names, [&](std::size_t name, Element member) {
    if (name == 0) out.mirror = true;
    if (name == 1) reader.read(member, out.target_node);
  });
}

void read(codec::Reader& reader, Element value, Labels& out) {
  reader.members(value, [&](std::string_view key, Element member) {
    std::string_view text;
    reader.read(member, text);
    out.set(key, text);
  });
}

void read(codec::Reader& reader, Element value, Toleration& out) {
  constexpr std::array<std::string_view, 5> names{"key", "operator", "value", "effect", "tolerationSeconds"};
  reader.object(value, names, [&](std::size_t name, Element member) {
    switch (name) {
      case 0:
        return reader.read(member, out.key);
      case 1:
        return reader.read(member, out.op);
      case 2:
        return reader.read(member, out.value);
      case 3:
        return reader.read(member, out.effect);
      default:
        return reader.read(member, out.toleration_seconds.emplace());
    }
  });
}

void read(codec::Reader& reader, Element value, Tolerations& out) {
  constexpr std::size_t usual = 8;  // what a DaemonSet's pod has, with the one that we may add
  read_list(reader, value, out, usual);
}

void read(codec::Reader& reader, Element value, NodeSelectorRequirement& out) {
  constexpr std::array<std::string_view, 3> names{"key", "operator", "values"};
  reader.object(value, names, [&](std::size_t name, Element member) {
    switch (name) {
      case 0:
        return reader.read(member, out.key);
      case 1:
        return reader.read(member, out.op);
      default:
        return read_list(reader, member, out.values, 1);
    }
  });
}

void read(codec::Reader& reader, Element value, std::vector<NodeSelectorRequirement>& out) {
  read_list(reader, value, out, 1);
}

void read(codec::Reader& reader, Element value, NodeSelectorTerm& out) {
  constexpr std::array<std::string_view, 2> names{"matchExpressions", "matchFields"};
  reader.object(value, names, [&](std::size_t name, Element member) {
    read(reader, member, name == 0 ? out.match_expressions.emplace() : out.match_fields.emplace());
  });
}

void read(codec::Reader& reader, Element value, std::vector<NodeSelectorTerm>& out) {
  read_list(reader, value, out, 1);
}

void read(codec::Reader& reader, Element value, NodeSelector& out) {
  constexpr std::array<std::string_view, 1> names{"nodeSelectorTerms"};
  reader.object(value, names, [&](std::size_t, Element member) { read(reader, member, out.terms.emplace()); });
}

void read(codec::Reader& reader, Element value, NodeAffinity& out) {
  constexpr std::array<std::string_view, 1> names{"requiredDuringSchedulingIgnoredDuringExecution"};
  reader.object(value, names, [&](std::size_t, Element member) { read(reader, member, out.required.emplace()); });
}

void read(codec::Reader& reader, Element value, Affinity& out) {
  constexpr std::array<std::string_view, 1> names{"nodeAffinity"};
  reader.object(value, names, [&](std::size_t, Element member) { read(reader, member, out.node_affinity.emplace()); });
}

void read(codec::Reader& reader, Element value, OwnerReference& out) {
  constexpr std::array<std::string_view, 5> names{"apiVersion", "kind", "name", "uid", "controller"};
  reader.object(value, names, [&](std::size_t name, Element member) {
    switch (name) {
      case 0:
        return reader.read(member, out.api_version);
      case 1:
        return reader.read(member, out.kind);
      case 2:
        return reader.read(member, out.name);
      case 3:
        return reader.read(member, out.uid);
      default:
        return reader.read(member, out.controller);
    }
  });
}

void read(codec::Reader& reader, Element value, PodMetadata& out) {
  constexpr std::array<std::string_view, 5> names{"name", "generateName", "namespace", "annotations",
                                                  "ownerReferences"};
  reader.object(value, names, [&](std::size_t name, Element member) {
    switch (name) {
      case 0:
        return reader.read(member, out.name);
      case 1:
        return reader.read(member, out.generate_name);
      case 2:
        return reader.read(member, out.namespace_);
      case 3:
        return read(reader, member, out.annotations.emplace());
      default:
        return read_list(reader, member, out.owner_references, 1);
    }
  });
}

void read(codec::Reader& reader, Element value, PodSpec& out) {
  constexpr std::array<std::string_view, 4> names{"nodeName", "hostNetwork", "affinity", "tolerations"};
  reader.object(value, names, [&](std::size_t name, Element member) {
    switch (name) {
      case 0:
        return reader.read(member, out.node_name);
      case 1:
        return reader.read(member, out.host_network);
      case 2:
        return read(reader, member, out.affinity.emplace());
      default:
        return read(reader, member, out.tolerations.emplace());
    }
  });
}

void read(codec::Reader& reader, Element value, Pod& out) {
  constexpr std::array<std::string_view, 2> names{"metadata", "spec"};
  reader.object(value, names, [&](std::size_t name, Element member) {
    if (name == 0) read(reader, member, out.metadata);
    if (name == 1) read(reader, member, out.spec);
  });
}

}  // namespace everynode::objects
