#include "everynode/files/files.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace everynode::files {
namespace {

namespace fs = std::filesystem;

class Files : public ::testing::Test {
 protected:
  Files() { fs::create_directories(root_); }
  ~Files() override { fs::remove_all(root_); }

  void write(const fs::path& path, const std::string& text) { std::ofstream(root_ / path) << text; }

  fs::path root_ = fs::temp_directory_path() / ("everynode-files-" + std::to_string(getpid()));
};

TEST_F(Files, ReadsWholeFilesAndNamesThoseItCannot) {
  write("a", std::string("x\0y", 3));
  EXPECT_EQ(read_file(root_ / "a").value(), std::string("x\0y", 3));
  EXPECT_EQ(read_file(root_ / "missing").error(), (root_ / "missing").string() + ": No such file or directory");
  EXPECT_FALSE(read_file(root_));
}

TEST_F(Files, NoticesContentReplacementAndDisappearance) {
  write("a", "1");
  WatchedFiles watched({root_ / "a"});
  EXPECT_FALSE(watched.changed());
  write("a", "22");
  EXPECT_TRUE(watched.changed());
  EXPECT_FALSE(watched.changed());
  write("b", "33");
  fs::rename(root_ / "b", root_ / "a");
  EXPECT_TRUE(watched.changed());
  fs::remove(root_ / "a");
  EXPECT_TRUE(watched.changed());
  EXPECT_FALSE(watched.changed());
}

// kubelet replaces the files of a Secret like this: a/tls.crt -> ..data/tls.crt, ..data -> ..2026_1, and only ..data
// changes.
TEST_F(Files, NoticesKubeletsSymlinkSwap) {
  for (const auto* version : {"..1", "..2"}) {
    fs::create_directory(root_ / version);
    write(fs::path(version) / "tls.crt", "same size");
  }
  fs::create_symlink("..1", root_ / "..data");
  fs::create_symlink("..data/tls.crt", root_ / "tls.crt");
  WatchedFiles watched({root_ / "tls.crt"});
  EXPECT_FALSE(watched.changed());
  fs::create_symlink("..2", root_ / "..new");
  fs::rename(root_ / "..new", root_ / "..data");
  EXPECT_TRUE(watched.changed());
}

}  // namespace
}  // namespace everynode::files
