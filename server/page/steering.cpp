#include "steering.hpp"

#include <boost/asio/post.hpp>
#include <chrono>
#include <exception>
#include <functional>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "everynode/codec/printable.hpp"
#include "everynode/dashboard/access.hpp"
#include "everynode/inspection/offers.hpp"
#include "everynode/inspection/steer.hpp"
#include "facts.hpp"

namespace everynode::page {
namespace {

constexpr int most_under_way = 4;
constexpr std::chrono::seconds patience{10};

inspection::SteerOutcome carry_out(const inspection::Target& target, const sync::Wish& wish) try {
  inspection::Conversation conversation(target, {.attended = true, .patience = patience});
  return inspection::steer(conversation, target.name, wish);
} catch (const std::exception& error) {
  return {.done = std::unexpected(inspection::NotSteered{.why = error.what(), .unread = true}), .warnings = {}};
}

/// Whoever looks after what was done finds the command that does the same. In one piece: others write lines too.
void tell(const std::string& command, const inspection::SteerOutcome& outcome) {
  const std::string result = outcome.done ? *outcome.done : "refused: " + outcome.done.error().why;
  std::cerr << "everynode dashboard: " + codec::printable(command + ": " + result) + "\n" << std::flush;
}

http::Response answer(const inspection::SteerOutcome& outcome) {
  nlohmann::ordered_json json;
  if (outcome.done) {
    json["done"] = *outcome.done;
  } else {
    json["refused"] = outcome.done.error().why;
  }
  json["warnings"] = outcome.warnings;
  http::Response response;
  response.body = to_text(json);
  dashboard::secure(response);
  return response;
}

}  // namespace

Steering::~Steering() {
  threads_.join();
}

http::Answer Steering::operator()(const dashboard::AskSteer& ask) {
  if (under_way_.fetch_add(1) >= most_under_way) {
    --under_way_;
    return http::failure(http::Status::too_many_requests, "other changes are under way: try again");
  }
  inspection::Target target = target_;
  target.namespace_ = ask.namespace_;
  target.name = ask.name;
  const auto outcome = std::make_shared<inspection::SteerOutcome>();
  const auto wait = [this, outcome, target = std::move(target), wish = ask.wish](std::function<void()> go_on) {
    boost::asio::post(threads_, [this, outcome, target, wish, go_on = std::move(go_on)] {
      *outcome = carry_out(target, wish);
      --under_way_;
      tell(inspection::command_of(wish, {.namespace_ = target.namespace_, .name = target.name}, target), *outcome);
      go_on();
    });
  };
  return http::Postponed{.wait = wait, .respond = [outcome](const http::Request&) { return answer(*outcome); }};
}

}  // namespace everynode::page
