/// A small cluster as an API server tells of it, in JSON.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "fake_api_server.hpp"

namespace everynode::inspection {

using support::ApiAnswer;
using support::ApiRequest;
using support::ApiStream;
using support::FakeApiServer;

inline constexpr std::string_view refused_by_role =
    R"({"kind":"Status","reason":"Forbidden","message":"User \"u\" cannot list resource"})";

inline std::string list_of(const std::string& items) {
  return R"({"metadata":{"resourceVersion":"10"},"items":[)" + items + "]}";
}

inline std::string daemon_set(std::string_view uid = "ds") {
  return R"({"metadata":{"namespace":"home","name":"agent","uid":")" + std::string(uid) +
         R"(","resourceVersion":"5","generation":1},"spec":{"selector":{"matchLabels":{"app":"agent"}},"template":{
            "metadata":{"labels":{"app":"agent"}},"spec":{"containers":[{"name":"c"}]}}},
            "status":{"observedGeneration":1,"desiredNumberScheduled":2}})";
}

inline std::string pod_json(const std::string& name, const std::string& node, const std::string& version) {
  return R"({"metadata":{"namespace":"home","name":")" + name + R"(","uid":")" + name + R"(","resourceVersion":")" +
         version + R"(","creationTimestamp":"2026-01-01T00:00:00Z","labels":{"app":"agent"},
            "ownerReferences":[{"kind":"DaemonSet","name":"agent","uid":"ds","controller":true}]},
            "spec":{"nodeName":")" +
         node + R"("},"status":{"phase":"Running"}})";
}

inline std::string node_json(const std::string& name, const std::string& status = "{}") {
  return R"({"metadata":{"name":")" + name + R"(","uid":")" + name + R"(","resourceVersion":"3"},"status":)" + status +
         "}";
}

/// A cluster with two nodes, and a pod on one of them. Tests change what is answered.
struct Cluster {
  std::map<std::string, std::string> lists{
      {"/apis/apps/v1/namespaces/home/daemonsets", list_of(daemon_set())},
      {"/api/v1/nodes", list_of(node_json("n1") + "," + node_json("n2"))},
      {"/api/v1/namespaces/home/pods", list_of(pod_json("p1", "n1", "6"))},
      {"/apis/apps/v1/namespaces/home/controllerrevisions", list_of("")},
      {"/api/v1/namespaces/home/events", list_of("")},
  };
  std::map<std::string, unsigned> refused;                         ///< lists, with their status
  std::atomic<bool> refuses = true;                                ///< these
  std::map<std::string, std::function<void(ApiStream&)>> streams;  ///< of watches
  std::function<unsigned(const std::string& path)> watched = [](const std::string&) { return 200U; };  ///< status
  std::function<ApiAnswer(const ApiRequest&)> created = [](const auto&) { return ApiAnswer{.status = 404}; };

  ApiAnswer answer(const ApiRequest& request) const {
    const std::string path = request.target.substr(0, request.target.find('?'));
    if (request.method == "POST") return created(request);
    if (request.target.contains("watch=1")) {
      if (const unsigned status = watched(path); status != 200)
        return {.status = status, .body = "later", .headers = {{"Retry-After", "0"}}};
      const auto stream = streams.find(path);
      if (stream != streams.end()) return {.stream = stream->second};
      return {.stream = [](ApiStream& silent) { silent.wait(std::chrono::minutes(1)); }};
    }
    if (const auto status = refused.find(path); refuses && status != refused.end())
      return {.status = status->second, .body = std::string(refused_by_role)};
    const auto list = lists.find(path);
    return list == lists.end() ? ApiAnswer{.status = 404} : ApiAnswer{.body = list->second};
  }
};

}  // namespace everynode::inspection
