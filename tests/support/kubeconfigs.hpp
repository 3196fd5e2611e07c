/// Kubeconfigs for tests, read from JSON.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "everynode/kubeconfig/file.hpp"

namespace everynode::kubeconfig {

inline File read(const std::string& json, const std::string& path = "/dir/config") {
  auto file = read_file(json, path);
  EXPECT_TRUE(file) << file.error().text() << "\n" << json;
  return file.value_or(File());
}

}  // namespace everynode::kubeconfig
