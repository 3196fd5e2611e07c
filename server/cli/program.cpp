#include "program.hpp"

#include <cerrno>
#include <cstring>
#include <iostream>

namespace everynode::cli {
namespace {

std::string& name_of_process() {
  static std::string name = "everynode";
  return name;
}

}  // namespace

std::string name_for(std::string_view first_word) {
  const auto slash = first_word.rfind('/');  // npos + 1 is 0
  return first_word.substr(slash + 1) == "kubectl-everynode" ? "kubectl everynode" : "everynode";
}

const std::string& program_name() {
  return name_of_process();
}

void remember_name(std::string_view first_word) {
  name_of_process() = name_for(first_word);
}

int with_output_written(int code) {
  if (std::cout) errno = 0;  // else it is about what could not be written before
  if (std::cout.flush()) return code;
  const std::string reason = errno == 0 ? "" : std::string(": ") + std::strerror(errno);
  std::cerr << program_name() << ": cannot write to standard output" << reason << "\n";
  return 2;
}

}  // namespace everynode::cli
