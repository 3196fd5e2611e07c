#include "everynode/kube/request.hpp"

namespace everynode::kube {

std::string_view name_of(Verb verb) {
  switch (verb) {
    case Verb::get:
      return "get";
    case Verb::list:
      return "list";
    case Verb::watch:
      return "watch";
    case Verb::create:
      return "create";
    case Verb::update:
      return "update";
    case Verb::patch:
      return "patch";
    case Verb::delete_:
      return "delete";
  }
  return "";
}

std::string name_of(const Resource& resource) {
  std::string name(resource.group);
  if (!name.empty()) name += '/';
  name += resource.plural;
  if (!resource.subresource.empty()) name.append("/").append(resource.subresource);
  return name;
}

std::string_view Request::method() const {
  switch (verb) {
    case Verb::create:
      return "POST";
    case Verb::update:
      return "PUT";
    case Verb::patch:
      return "PATCH";
    case Verb::delete_:
      return "DELETE";
    default:
      return "GET";
  }
}

}  // namespace everynode::kube
