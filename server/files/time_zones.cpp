#include "everynode/files/time_zones.hpp"

#include <cctz/time_zone.h>

#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace everynode::files {
namespace {

namespace fs = std::filesystem;

fs::path folder() {
  const char* const wanted = std::getenv("TZDIR");
  return wanted == nullptr || *wanted == '\0' ? "/usr/share/zoneinfo" : wanted;
}

}  // namespace

std::shared_ptr<const cctz::time_zone> load_time_zone(const std::string& name) {
  // cctz remembers for ever each name that it was asked for, also those that it does not find.
  std::error_code none;
  if (name != "UTC" && !fs::is_regular_file(folder() / name, none)) return nullptr;
  cctz::time_zone zone;
  if (!cctz::load_time_zone(name, &zone)) return nullptr;
  return std::make_shared<const cctz::time_zone>(zone);
}

}  // namespace everynode::files
