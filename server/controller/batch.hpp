/// What the actions of one plan share; lives as long as one of them is in flight. Private to the executor.
#pragma once

#include "everynode/controller/executor.hpp"
#include "everynode/core/template.hpp"

namespace everynode::controller {

struct Executor::Batch {
  Batch(const core::DaemonSet& of, const core::Plan& plan, InFlight& beside)
      : daemon_set(of), key{.namespace_ = of.namespace_, .name = of.name}, hash(plan.hash), in_flight(beside) {}

  core::DaemonSet daemon_set;  ///< a copy: the store's may change or go while answers are awaited
  cache::Key key;
  std::string hash;
  InFlight& in_flight;
  std::optional<std::expected<core::PodBody, std::string>> body;  ///< made for the first pod
  std::string adoption;                                           ///< why nothing may be adopted; empty: it may

  const std::expected<core::PodBody, std::string>& pod_body() {
    if (!body) {
      const core::PodBody::Owner owner{.name = daemon_set.name, .uid = daemon_set.uid};
      body = core::PodBody::make(daemon_set.pod_template, owner, hash, daemon_set.template_generation());
    }
    return *body;
  }
};

}  // namespace everynode::controller
