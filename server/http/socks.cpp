#include "everynode/http/socks.hpp"

#include <array>
#include <boost/url/ipv4_address.hpp>
#include <boost/url/ipv6_address.hpp>

namespace everynode::http {
namespace {

namespace urls = boost::urls;

constexpr char version = 5;
constexpr char login_version = 1;
constexpr char no_login = 0;
constexpr char user_and_password = 2;
constexpr std::size_t longest_text = 255;  ///< a length is one byte

constexpr char address_v4 = 1;
constexpr char address_name = 3;
constexpr char address_v6 = 4;

/// RFC 1928, 6.
std::string_view words_of(unsigned char reply) {
  constexpr std::array<std::string_view, 9> words{"",
                                                  "it failed",
                                                  "its rules forbid it",
                                                  "the network is unreachable",
                                                  "the host is unreachable",
                                                  "the connection was refused",
                                                  "the way was too long (TTL expired)",
                                                  "it does not know the command",
                                                  "it does not know this kind of address"};
  return reply < words.size() ? words[reply] : "it answered with a code that has no meaning";
}

std::string counted(const std::string& text) {
  return static_cast<char>(text.size()) + text;
}

std::string bytes_of(const std::string& host) {
  if (const auto v4 = urls::parse_ipv4_address(host)) {
    const auto bytes = v4->to_bytes();
    return address_v4 + std::string(bytes.begin(), bytes.end());
  }
  if (const auto v6 = urls::parse_ipv6_address(host)) {
    const auto bytes = v6->to_bytes();
    return address_v6 + std::string(bytes.begin(), bytes.end());
  }
  return address_name + counted(host);
}

}  // namespace

SocksMachine::SocksMachine(const Proxy& proxy, std::string host, std::uint16_t port)
    : user_(proxy.user), password_(proxy.password), has_user_(proxy.has_user), host_(std::move(host)), port_(port) {
  const bool fits = host_.size() <= longest_text && user_.size() <= longest_text && password_.size() <= longest_text;
  if (!fits) {
    fail("SOCKS takes no host, user or password of more than 255 bytes");
    return;
  }
  output_ = has_user_ ? std::string{version, 2, no_login, user_and_password} : std::string{version, 1, no_login};
  expect(Step::method, 2);
}

void SocksMachine::expect(Step step, std::size_t bytes) {
  step_ = step;
  wanted_ = bytes;
}

void SocksMachine::fail(std::string problem) {
  problem_ = std::move(problem);
  expect(Step::failed, 0);
}

void SocksMachine::feed(std::string_view bytes) {
  if (bytes.size() != wanted_ || wanted_ == 0) return fail("it sent less than SOCKS 5 asks for");
  switch (step_) {
    case Step::method:
      if (bytes[0] != version) return fail("it does not speak SOCKS 5");
      return on_method(static_cast<unsigned char>(bytes[1]));
    case Step::login:
      return bytes[1] == 0 ? ask() : fail("it refuses the user or the password");
    case Step::reply:
      return on_reply(bytes);
    case Step::address:
      return expect(Step::done, 0);
    case Step::done:
    case Step::failed:
      return;
  }
}

void SocksMachine::on_method(unsigned char method) {
  if (method == no_login) return ask();
  if (method != user_and_password || !has_user_)
    return fail(has_user_ ? "it takes neither our user nor none" : "it wants a user and a password");
  output_ = login_version + counted(user_) + counted(password_);
  expect(Step::login, 2);
}

void SocksMachine::ask() {
  constexpr char connect = 1;
  output_ = std::string{version, connect, 0} + bytes_of(host_);
  output_ += static_cast<char>(port_ >> 8);
  output_ += static_cast<char>(port_ & 0xff);
  // Version, reply, a reserved byte, the kind of the address that follows, and its first byte.
  expect(Step::reply, 5);
}

void SocksMachine::on_reply(std::string_view head) {
  if (head[0] != version) return fail("it does not speak SOCKS 5");
  const auto reply = static_cast<unsigned char>(head[1]);
  if (reply != 0) return fail(std::string(words_of(reply)));
  constexpr std::size_t port_size = 2;
  const auto first = static_cast<unsigned char>(head[4]);
  if (head[3] == address_v4) return expect(Step::address, 4 - 1 + port_size);
  if (head[3] == address_v6) return expect(Step::address, 16 - 1 + port_size);
  if (head[3] == address_name) return expect(Step::address, first + port_size);
  fail("it sent an address of a kind that SOCKS 5 has not");
}

}  // namespace everynode::http
