/// What lists and answers say of one object, whatever its kind. Private to the store.
#pragma once

#include "everynode/cache/store.hpp"

namespace everynode::cache {

void Store::note(Kind kind, Source source, const auto& object) {
  note(kind, source, object.uid);
  if (source != Source::write) return;
  kube::Witness written{.key = {.namespace_ = object.namespace_, .name = object.name},
                        .resource_version = object.resource_version};
  kube::Witness& newest = newest_writes_[kind];
  newest = kube::newer(newest, written);
}

/// Notes what a list that was asked for after all that is known cannot have, unless the cluster's state was put back. A
/// stream goes on: what a write has answered meanwhile comes in it as well.
void Store::hold_against(Kind kind, Source source, const auto& listed, const std::string* known_version) {
  if (source != Source::watch || !replacing_.contains(kind)) return;
  Listing& listing = listings_[kind];
  listing.revives = listing.revives || deleted_.contained(listed.uid, listing.deleted);
  if (known_version != nullptr && kube::went_back(*known_version, listed.resource_version)) {
    listing.behind.insert_or_assign(listed.uid, *known_version);
  } else if (!listing.behind.empty()) {
    listing.behind.erase(listed.uid);
  }
}

}  // namespace everynode::cache
