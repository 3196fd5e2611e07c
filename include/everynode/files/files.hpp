/// Files that others change while we run: read as a whole, and noticed when they change.
#pragma once

#include <sys/types.h>

#include <expected>
#include <filesystem>
#include <string>
#include <vector>

namespace everynode::files {

/// The whole content, or "FILE: why it cannot be read".
[[nodiscard]] std::expected<std::string, std::string> read_file(const std::filesystem::path& path);

/// Notices changes by polling, not by inotify: kubelet replaces mounted files by changing a symlink two directories up,
/// and editors, copies and network file systems each work differently. Polling notices all of these.
class WatchedFiles {
 public:
  explicit WatchedFiles(std::vector<std::filesystem::path> paths);

  /// True if any of the files has been replaced or has other content since the last call.
  [[nodiscard]] bool changed();

 private:
  struct Mark {
    dev_t device = 0;
    ino_t inode = 0;
    off_t size = -1;  ///< -1: the file is absent
    timespec modified{};

    bool operator==(const Mark& other) const;
  };
  static Mark stat_of(const std::filesystem::path& path);
  [[nodiscard]] std::vector<Mark> stat_all() const;

  std::vector<std::filesystem::path> paths_;
  std::vector<Mark> marks_;
};

}  // namespace everynode::files
