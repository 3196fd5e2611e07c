#include "everynode/files/files.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

namespace everynode::files {

std::expected<std::string, std::string> read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in.is_open()) return std::unexpected(path.string() + ": " + std::strerror(errno));
  std::ostringstream content;
  content << in.rdbuf();
  if (content.bad() || in.bad() || std::filesystem::is_directory(path))
    return std::unexpected(path.string() + ": it cannot be read as a file");
  return std::move(content).str();
}

bool WatchedFiles::Mark::operator==(const Mark& other) const {
  return device == other.device && inode == other.inode && size == other.size &&
         modified.tv_sec == other.modified.tv_sec && modified.tv_nsec == other.modified.tv_nsec;
}

WatchedFiles::Mark WatchedFiles::stat_of(const std::filesystem::path& path) {
  struct stat status{};
  if (stat(path.c_str(), &status) != 0) return {};
  return {.device = status.st_dev, .inode = status.st_ino, .size = status.st_size, .modified = status.st_mtim};
}

WatchedFiles::WatchedFiles(std::vector<std::filesystem::path> paths) : paths_(std::move(paths)), marks_(stat_all()) {}

std::vector<WatchedFiles::Mark> WatchedFiles::stat_all() const {
  std::vector<Mark> marks(paths_.size());
  std::ranges::transform(paths_, marks.begin(), stat_of);
  return marks;
}

bool WatchedFiles::changed() {
  std::vector<Mark> now = stat_all();
  const bool differs = now != marks_;
  marks_ = std::move(now);
  return differs;
}

}  // namespace everynode::files
