// The body of a watch or a refusal, in pieces: its lines do not depend on how it is cut. The first byte is the size of
// a piece.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "everynode/kube/reply.hpp"
#include "everynode/protocol/lines.hpp"
#include "require.hpp"

using namespace everynode;
using fuzz::require;

namespace {

constexpr std::size_t limit = 4096;

std::vector<std::string> lines_of(std::string_view text, std::size_t piece) {
  std::vector<std::string> lines;
  protocol::LineSplitter splitter(limit);
  const auto keep = [&](std::string_view line) { return lines.emplace_back(line).size() < 100; };
  for (; !text.empty(); text.remove_prefix(std::min(piece, text.size()))) {
    if (splitter.feed(text.substr(0, piece), keep) != protocol::LineSplitter::Result::more) return lines;
  }
  if (!splitter.last().empty()) lines.emplace_back(splitter.last());
  return lines;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(data + 1), size - 1);
  const auto lines = lines_of(text, data[0] + std::size_t{1});
  require(size > limit || lines == lines_of(text, text.size() + 1));
  for (const std::string& line : lines) {
    const kube::ApiStatus status = kube::status_of({.status = 500, .body = line, .retry_after = {}});
    require(status.code == 500);
    (void)kube::explain(kube::list(kube::pods, 1, line), status);
  }
  return 0;
}
