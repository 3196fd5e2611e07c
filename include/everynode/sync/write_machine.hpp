/// A write to the API as a machine without I/O: from the first request to the final result, whatever gets lost, taken,
/// changed or refused on the way.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "everynode/cache/store.hpp"
#include "everynode/daemonset/action.hpp"
#include "everynode/kube/request.hpp"
#include "everynode/sync/answer.hpp"
#include "everynode/sync/effects.hpp"

namespace everynode::sync {

enum class Next : std::uint8_t {
  go_on,       ///< it is done
  plan_again,  ///< it turned out to be needless: something has changed
};

using Result = std::expected<Next, Problem>;

/// Not thread-safe. The caller must apply its effects before it plans anything else:
///
///     while (request = next()) { apply(take_effects()); on_answer(send(request)); }
///     apply(take_effects())
class WriteMachine {
 public:
  struct Ended {
    Result result;
  };
  using Question = std::variant<kube::Request, Ended>;

  virtual ~WriteMachine() = default;
  WriteMachine(const WriteMachine&) = delete;
  WriteMachine& operator=(const WriteMachine&) = delete;

  /// The request to send at once. Pass the answer to `on_answer` before the next call.
  [[nodiscard]] const Question& next() const { return question_; }
  void on_answer(Answer answer);

  /// What has changed since the last call.
  [[nodiscard]] Effects take_effects() { return std::exchange(effects_, {}); }

 protected:
  WriteMachine() = default;

  /// Handles the answer to the last `ask`.
  virtual void take(Answer answer) = 0;
  /// Handles the end of `recheck`.
  virtual void rechecked(Result result) { end(std::move(result)); }

  void ask(kube::Request request) { question_ = std::move(request); }
  void end(Result result) { question_ = Ended{std::move(result)}; }
  void change(Change change) { effects_.changes.push_back(std::move(change)); }
  /// The object is so now. Of nodes only their watch tells: they have no versions by which a late answer would be
  /// known.
  void change(Object object);
  void notify(EventType type, std::string_view reason, std::string message);

  /// Reads an object again after the API said that it is not what we think it is. Such an answer may have other causes;
  /// only the object itself shows whether ours has gone for good. If it is the same object, the result is
  /// `if_it_is_there`.
  void recheck(daemonset::OwnedKind kind, const cache::Key& key, std::string uid, Result if_it_is_there);

 private:
  struct Recheck {
    daemonset::OwnedKind kind;
    std::string uid;
    Result if_it_is_there;
  };
  void take_recheck(Recheck recheck, Answer answer);

  Question question_ = Ended{Next::go_on};
  Effects effects_;
  std::optional<Recheck> recheck_;
};

/// What the end of an action says about its object.
[[nodiscard]] Change tried(const daemonset::Action& action, const Result& result);

/// The API resource of these objects.
[[nodiscard]] const kube::Resource& resource_of(daemonset::OwnedKind kind);

}  // namespace everynode::sync
