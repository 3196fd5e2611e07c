// Changes HTTP requests as HTTP: adds, removes and repeats header lines and changes their ends; sets lengths right or
// wrong; gives bodies chunks; appends another request. Every third input is changed byte by byte nevertheless. The
// first byte does not belong to the request: it is the size of the pieces in which the input arrives.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <vector>

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace {

using Rng = std::minstd_rand;

constexpr auto first_lines = std::to_array<const char*>({
    "POST /mutate HTTP/1.1",
    "POST /mutate?timeout=2s HTTP/1.1",
    "GET /healthz HTTP/1.1",
    "GET /healthz HTTP/1.0",
    "GET /healthz",
    "GET http://a/healthz HTTP/1.1",
    "OPTIONS * HTTP/1.1",
    "PRI * HTTP/2.0",
    "POST /mutate HTTP/1.10",
    "POST  /mutate HTTP/1.1",
    "CONNECT a:1 HTTP/1.1",
});

constexpr auto headers = std::to_array<const char*>({
    "Host: a",
    "Host:",
    "Content-Length: 0",
    "Content-Length: 5",
    "Content-Length: +5",
    "Content-Length: 5, 5",
    "Content-Length: 0x5",
    "Content-Length: -1",
    "Content-Length: 18446744073709551616",
    "Content-Length : 5",
    "Transfer-Encoding: chunked",
    "Transfer-Encoding: identity",
    "Transfer-Encoding: gzip, chunked",
    "Transfer-Encoding:\tchunked",
    "Transfer-Encoding : chunked",
    "Transfer-Encoding: xchunked",
    "transfer-encoding: CHUNKED",
    "TE: trailers",
    "Trailer: Content-Length",
    "Connection: close",
    "Connection: keep-alive",
    "Connection: Content-Length",
    "Upgrade: h2c",
    "Expect: 100-continue",
    "Content-Type: application/json",
    " folded",
    "\tfolded",
    ": no name",
    "no colon",
    "X: \x01\x7f\xff",
});

constexpr auto ends = std::to_array<const char*>({"\n", "\r", "\r\r\n", " \r\n", "\r\n\r\n"});

constexpr auto chunks = std::to_array<const char*>({
    "5\r\nhello\r\n0\r\n\r\n",
    "5;a=b\r\nhello\r\n0\r\n\r\n",
    "0x5\r\nhello\r\n0\r\n\r\n",
    "5\nhello\n0\n\n",
    "ffffffffffffffff\r\n",
    "10000000000000005\r\nhello\r\n",
    "-1\r\n",
    "0\r\nContent-Length: 5\r\n\r\n",
    "0\r\n\r\nGET /healthz HTTP/1.1\r\n\r\n",
});

struct Message {
  std::vector<std::string> lines;  ///< of the header, each with its end
  std::string body;
};

Message read(const std::string& text) {
  Message message;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find('\n', begin), text.size() - 1) + 1;
    std::string line = text.substr(begin, end - begin);
    begin = end;
    const bool last = line == "\r\n" || line == "\n";
    if (last) break;
    message.lines.push_back(std::move(line));
  }
  message.body = text.substr(begin);
  return message;
}

std::string write(const Message& message) {
  std::string text;
  for (const std::string& line : message.lines) text += line;
  return text + "\r\n" + message.body;
}

void change_line(Message& message, Rng& rng) {
  if (message.lines.empty()) message.lines.push_back(std::string(first_lines[0]) + "\r\n");
  const std::size_t at = rng() % message.lines.size();
  std::string& line = message.lines[at];
  const auto place = message.lines.begin() + static_cast<std::ptrdiff_t>(at);
  const auto some_header = [&] { return std::string(headers[rng() % headers.size()]) + "\r\n"; };
  switch (rng() % 7) {
    case 0:
      message.lines.erase(place);
      return;
    case 1:
      message.lines.push_back(std::string(line));
      return;
    case 2:
      std::swap(line, message.lines[rng() % message.lines.size()]);
      return;
    case 3:
      line.erase(std::min(line.find_first_of("\r\n"), line.size()));
      line += ends[rng() % ends.size()];
      return;
    case 4:
      message.lines.front() = std::string(first_lines[rng() % first_lines.size()]) + "\r\n";
      return;
    default:
      message.lines.insert(place + 1, some_header());
  }
}

void change_body(Message& message, Rng& rng) {
  switch (rng() % 4) {
    case 0:  // the right length
      message.lines.push_back("Content-Length: " + std::to_string(message.body.size()) + "\r\n");
      return;
    case 1:
      message.body = chunks[rng() % chunks.size()];
      return;
    case 2:
      message.body.resize(rng() % 64, 'x');
      return;
    default:  // pipelined
      message.body += write(message);
  }
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
  Rng rng(seed);
  if (size < 2 || rng() % 3 == 0) return LLVMFuzzerMutate(data, size, max_size);
  Message message = read(std::string(reinterpret_cast<const char*>(data) + 1, size - 1));
  for (std::size_t changes = 1 + rng() % 4; changes > 0; --changes) {
    if (rng() % 4 == 0) {
      change_body(message, rng);
    } else {
      change_line(message, rng);
    }
  }
  const std::string output = write(message);
  if (output.size() + 1 > max_size) return LLVMFuzzerMutate(data, size, max_size);
  std::memcpy(data + 1, output.data(), output.size());
  return output.size() + 1;
}
