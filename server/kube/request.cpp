#include "everynode/kube/request.hpp"

#include <cctype>
#include <utility>

#include "everynode/codec/json_text.hpp"

namespace everynode::kube {
namespace {

/// RFC 3986, 2.3: characters that never need encoding.
bool is_unreserved(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || std::string_view("-._~").contains(c);
}

void append_encoded(std::string& out, std::string_view text) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  for (const char c : text) {
    if (is_unreserved(c)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += hex[byte >> 4];
    out += hex[byte & 15];
  }
}

void append_step(std::string& path, std::string_view step) {
  if (step.empty()) return;
  path += '/';
  append_encoded(path, step);
}

void append_parameter(std::string& target, std::string_view name, std::string_view value) {
  target += target.contains('?') ? '&' : '?';
  target.append(name).append("=");
  append_encoded(target, value);
}

void append_selectors(std::string& target, const Collection& collection) {
  if (!collection.labels.empty()) append_parameter(target, "labelSelector", collection.labels);
  if (!collection.fields.empty()) append_parameter(target, "fieldSelector", collection.fields);
  if (!collection.shards.empty()) append_parameter(target, "shardSelector", collection.shards);
}

std::string path_of(const Resource& resource, const ObjectKey& key) {
  std::string path = resource.group.empty() ? "/api" : "/apis";
  append_step(path, resource.group);
  append_step(path, resource.version);
  if (!key.namespace_.empty()) path += "/namespaces";
  append_step(path, key.namespace_);
  append_step(path, resource.plural);
  append_step(path, key.name);
  append_step(path, resource.subresource);
  return path;
}

Request to(Verb verb, const Resource& resource, const ObjectKey& key) {
  return {.verb = verb, .resource = resource, .target = path_of(resource, key), .content_type = {}, .body = {}};
}

Request with_body(Request request, std::string_view content_type, std::string body) {
  request.content_type = content_type;
  request.body = std::move(body);
  return request;
}

Request begun_watch(const Collection& collection) {
  Request request = to(Verb::watch, collection.resource, {.namespace_ = collection.namespace_, .name = {}});
  append_parameter(request.target, "watch", "1");
  append_parameter(request.target, "allowWatchBookmarks", "true");
  append_selectors(request.target, collection);
  return request;
}

std::string delete_options(std::string_view uid, Grace grace) {
  std::string body = R"({"kind":"DeleteOptions","apiVersion":"v1")";
  if (!uid.empty()) {
    body += R"(,"preconditions":{"uid":)";
    codec::append_quoted(body, uid);
    body += '}';
  }
  if (grace == Grace::none) body += R"(,"gracePeriodSeconds":0)";
  body += '}';
  return body;
}

}  // namespace

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

std::string to_text(const ObjectKey& key) {
  return key.namespace_ + "/" + key.name;
}

ObjectKey to_key(std::string_view text) {
  const auto slash = text.find('/');
  return {.namespace_ = std::string(text.substr(0, slash)), .name = std::string(text.substr(slash + 1))};
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

Request get(const Resource& resource, const ObjectKey& key) {
  return to(Verb::get, resource, key);
}

Request get_path(std::string_view path) {
  Request request;
  request.target = path;
  request.any_type = true;
  return request;
}

Request create(const Resource& resource, std::string_view namespace_, std::string body) {
  const ObjectKey place{.namespace_ = std::string(namespace_), .name = {}};
  return with_body(to(Verb::create, resource, place), json_type, std::move(body));
}

Request update(const Resource& resource, const ObjectKey& key, std::string body) {
  return with_body(to(Verb::update, resource, key), json_type, std::move(body));
}

Request merge_patch(const Resource& resource, const ObjectKey& key, std::string body) {
  return with_body(to(Verb::patch, resource, key), "application/merge-patch+json", std::move(body));
}

Request strategic_merge_patch(const Resource& resource, const ObjectKey& key, std::string body) {
  return with_body(to(Verb::patch, resource, key), "application/strategic-merge-patch+json", std::move(body));
}

Request json_patch(const Resource& resource, const ObjectKey& key, std::string body) {
  return with_body(to(Verb::patch, resource, key), "application/json-patch+json", std::move(body));
}

Request remove(const Resource& resource, const ObjectKey& key, std::string_view uid, Grace grace) {
  return with_body(to(Verb::delete_, resource, key), json_type, delete_options(uid, grace));
}

Request list(const Collection& collection, std::uint32_t limit, std::string_view continue_) {
  Request request = to(Verb::list, collection.resource, {.namespace_ = collection.namespace_, .name = {}});
  append_parameter(request.target, "limit", std::to_string(limit));
  append_selectors(request.target, collection);
  if (!continue_.empty()) append_parameter(request.target, "continue", continue_);
  return request;
}

Request list_one(const Collection& collection, const ObjectKey& key) {
  Collection one = collection;
  if (!key.namespace_.empty()) one.namespace_ = key.namespace_;
  if (!key.name.empty()) one.fields = "metadata.name=" + key.name;
  return list(one, 1, {});
}

Request watch(const Collection& collection, std::string_view resource_version, std::chrono::seconds timeout) {
  Request request = begun_watch(collection);
  append_parameter(request.target, "resourceVersion", resource_version);
  append_parameter(request.target, "timeoutSeconds", std::to_string(timeout.count()));
  return request;
}

/// Without a resourceVersion: what etcd has now, and not what a cache had.
Request watch_all(const Collection& collection, std::chrono::seconds timeout) {
  Request request = begun_watch(collection);
  append_parameter(request.target, "sendInitialEvents", "true");
  append_parameter(request.target, "resourceVersionMatch", "NotOlderThan");
  append_parameter(request.target, "timeoutSeconds", std::to_string(timeout.count()));
  return request;
}

Request as_dry_run(Request request) {
  append_parameter(request.target, "dryRun", "All");
  return request;
}

}  // namespace everynode::kube
