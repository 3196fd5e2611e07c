/// Remembers how pods were fitted: the next one is probably like one of them, on a node like its node.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "everynode/admission/fitting.hpp"
#include "everynode/overlay/knowledge.hpp"

namespace everynode::admission {

/// Gives what `fit_checked` gives, and remembers it. It takes pods as they are read with PodParts::texts, and reads the
/// containers of those that are unlike any before. The pods of a DaemonSet differ in their nodes only, and nodes of a
/// kind have the same to offer: so few pods have to be fitted. Not thread-safe: each worker has one.
class FittingMemo {
 public:
  /// What it remembers takes about `most_bytes`; beyond that it begins anew.
  explicit FittingMemo(std::size_t most_bytes = 512 * 1024);
  ~FittingMemo();
  FittingMemo(const FittingMemo&) = delete;
  FittingMemo& operator=(const FittingMemo&) = delete;

  /// From now on `known` is what is known; not null. It forgets all if overlays of a namespace that it remembers have
  /// changed: nodes come and go, overlays rarely do.
  void keep_up_with(const std::shared_ptr<const overlay::Known>& known);

  /// Remembers nothing for a catalog that is not the one it keeps up with. What it returns stays valid.
  [[nodiscard]] std::shared_ptr<const Fitting> fit(const overlay::Catalog& catalog, const objects::Pod& pod,
                                                   const overlay::Node* node, codec::Document& scratch);

  /// How often it had to fit a pod, for tests.
  [[nodiscard]] std::size_t fitted() const { return fitted_; }

 private:
  struct Entry;
  struct Space;

  static std::shared_ptr<const Fitting> shared(const std::shared_ptr<const Entry>& entry);
  [[nodiscard]] Space& space_of(std::string_view name_space);
  void forget();

  std::weak_ptr<const overlay::Known> known_;
  const overlay::Catalog* catalog_ = nullptr;  ///< that of `known_`; only its address, as it may be gone
  std::map<std::string, std::unique_ptr<Space>, std::less<>> spaces_;
  std::size_t most_bytes_;
  std::size_t bytes_ = 0;
  std::size_t fitted_ = 0;
};

}  // namespace everynode::admission
