#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include "everynode/codec/document.hpp"
#include "everynode/codec/field.hpp"
#include "everynode/dashboard/routes.hpp"

namespace everynode::dashboard {
namespace {

/// As it stands in the body.
struct Told {
  std::string daemon_set;
  std::string change;
  std::string wave;
  std::string revision;
  std::int64_t to_revision = 0;
};

/// What is missing, or too much; nullopt: nothing.
std::optional<codec::Mistake> fault_of(sync::RolloutChange change, const Told& told) {
  struct Field {
    std::string_view name;
    bool given;
    bool wanted;
  };
  const bool promotes = change == sync::RolloutChange::promote;
  const std::array<Field, 3> fields{{
      {.name = "wave", .given = !told.wave.empty(), .wanted = promotes},
      {.name = "revision", .given = !told.revision.empty(), .wanted = promotes || change == sync::RolloutChange::retry},
      {.name = "toRevision", .given = told.to_revision > 0, .wanted = change == sync::RolloutChange::undo},
  }};
  for (const Field& field : fields) {
    if (field.given == field.wanted) continue;
    return codec::Mistake{
        .where = std::string(field.name),
        .what = std::string(field.wanted ? "is missing, which " : "is nothing that ") + told.change + " takes"};
  }
  return std::nullopt;
}

}  // namespace

std::expected<AskSteer, codec::Mistake> read_steer(const std::string& body) {
  Told told;
  codec::Document document;
  const auto read = [&](codec::JsonValue root) {
    codec::read_fields(root, codec::field<"daemonSet">(told.daemon_set), codec::field<"change">(told.change),
                       codec::field<"wave">(told.wave), codec::field<"revision">(told.revision),
                       codec::field<"toRevision">(told.to_revision));
  };
  if (auto done = document.read(body, read, codec::UnknownFields::refused); !done)
    return std::unexpected(std::move(done.error()));
  const std::size_t slash = told.daemon_set.find('/');
  if (slash == std::string::npos) return codec::mistake("expected NAMESPACE/NAME", "daemonSet");
  const auto change = sync::change_of(told.change);
  if (!change) return codec::mistake("expected pause, resume, promote, retry or undo", "change");
  if (told.to_revision < 0) return codec::mistake("expected a number from 1 on", "toRevision");
  if (auto fault = fault_of(*change, told)) return std::unexpected(std::move(*fault));
  return AskSteer{.namespace_ = told.daemon_set.substr(0, slash),
                  .name = told.daemon_set.substr(slash + 1),
                  .wish = {.change = *change,
                           .wave = std::move(told.wave),
                           .revision = std::move(told.revision),
                           .to_revision = told.to_revision}};
}

}  // namespace everynode::dashboard
