/// Cases that are text files: each NAME.yaml of a folder has beside it, in NAME.txt, what people reviewed.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace everynode::golden {

inline std::string content_of(const std::filesystem::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// The names of the cases in a folder, sorted.
inline std::vector<std::string> cases_in(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem());
  }
  std::ranges::sort(names);
  return names;
}

/// As GoogleTest allows it.
inline std::string name_of(const ::testing::TestParamInfo<std::string>& one) {
  std::string name = one.param;
  std::ranges::replace(name, '-', '_');
  return name;
}

/// EVERYNODE_BLESS=1 writes the file anew.
inline void expect_as_reviewed(const std::filesystem::path& file, const std::string& actual) {
  if (std::getenv("EVERYNODE_BLESS") != nullptr) std::ofstream(file) << actual;
  ASSERT_TRUE(std::filesystem::exists(file)) << file << " is missing; EVERYNODE_BLESS=1 writes it";
  EXPECT_EQ(content_of(file), actual) << "differs from " << file << "; EVERYNODE_BLESS=1 accepts it";
}

}  // namespace everynode::golden
