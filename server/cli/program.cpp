#include "program.hpp"

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

}  // namespace everynode::cli
