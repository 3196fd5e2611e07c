/// The actions of one plan on their way. Private to the executor.
#pragma once

#include "everynode/controller/executor.hpp"
#include "everynode/core/template.hpp"

namespace everynode::controller {

struct Executor::Batch {
  Batch(const boost::asio::any_io_executor& executor, const core::DaemonSet& of, const core::Plan& plan,
        Window& allowed)
      : daemon_set(of),
        key{.namespace_ = of.namespace_, .name = of.name},
        hash(plan.hash),
        window(allowed),
        one_ended(executor) {}

  core::DaemonSet daemon_set;  ///< a copy: the store's may change or go while answers are awaited
  cache::Key key;
  std::string hash;
  Window& window;
  std::size_t in_flight = 0;
  bool failed = false;
  std::optional<std::expected<core::PodBody, std::string>> body;  ///< made for the first pod
  std::string adoption;                                           ///< why nothing may be adopted; empty: it may
  boost::asio::steady_timer one_ended;

  const std::expected<core::PodBody, std::string>& pod_body() {
    if (!body) {
      const core::PodBody::Owner owner{.name = daemon_set.name, .uid = daemon_set.uid};
      body = core::PodBody::make(daemon_set.pod_template, owner, hash, daemon_set.template_generation());
    }
    return *body;
  }
};

}  // namespace everynode::controller
