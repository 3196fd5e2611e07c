#include "everynode/http/socks.hpp"

#include <gtest/gtest.h>

namespace everynode::http {
namespace {

using namespace std::string_literals;

Proxy proxy_with(const std::string& user, const std::string& password) {
  return {.kind = Proxy::Kind::socks5, .host = "p", .port = 1080, .has_user = true, .user = user, .password = password};
}

/// Feeds an answer, which must be as long as the machine wants it.
void feed(SocksMachine& machine, const std::string& bytes) {
  ASSERT_EQ(machine.wanted(), bytes.size());
  machine.feed(bytes);
}

TEST(Socks, AsksForANameThatTheProxyLooksUp) {
  SocksMachine machine({}, "api.example", 6443);
  EXPECT_EQ(machine.take_output(), "\x05\x01\0"s);
  feed(machine, "\x05\0"s);
  EXPECT_EQ(machine.take_output(), "\x05\x01\0\x03\x0b"s + "api.example" + "\x19\x2b");
  feed(machine, "\x05\0\0\x01\x7f"s);
  EXPECT_FALSE(machine.done());
  feed(machine, "\0\0\x01\0\x50"s);
  EXPECT_TRUE(machine.done());
  EXPECT_EQ(machine.problem(), "");
}

TEST(Socks, SendsAddressesAsTheyAre) {
  SocksMachine v4({}, "1.2.3.4", 80);
  static_cast<void>(v4.take_output());
  feed(v4, "\x05\0"s);
  EXPECT_EQ(v4.take_output(), "\x05\x01\0\x01\x01\x02\x03\x04\0\x50"s);
  SocksMachine v6({}, "::1", 80);
  static_cast<void>(v6.take_output());
  feed(v6, "\x05\0"s);
  EXPECT_EQ(v6.take_output(), "\x05\x01\0\x04"s + std::string(15, '\0') + "\x01\0\x50"s);
}

TEST(Socks, LogsIn) {
  SocksMachine machine(proxy_with("me", "word"), "a", 1);
  EXPECT_EQ(machine.take_output(), "\x05\x02\0\x02"s);
  feed(machine, "\x05\x02"s);
  EXPECT_EQ(machine.take_output(), "\x01\x02me\x04word");
  feed(machine, "\x01\0"s);
  EXPECT_EQ(machine.take_output().substr(0, 3), "\x05\x01\0"s);
  feed(machine, "\x05\0\0\x03\x04"s);
  feed(machine, "name\0\x50"s);
  EXPECT_TRUE(machine.done());
}

std::string problem_after(const Proxy& proxy, const std::vector<std::string>& answers) {
  SocksMachine machine(proxy, "a", 1);
  for (const std::string& answer : answers) {
    static_cast<void>(machine.take_output());
    machine.feed(answer);
  }
  EXPECT_FALSE(machine.done());
  EXPECT_EQ(machine.wanted(), 0U);
  return machine.problem();
}

TEST(Socks, SaysWhyThereIsNoWay) {
  EXPECT_EQ(problem_after({}, {"HT"}), "it does not speak SOCKS 5");
  EXPECT_EQ(problem_after({}, {"\x05\x02"s}), "it wants a user and a password");
  EXPECT_EQ(problem_after({}, {"\x05\xff"s}), "it wants a user and a password");
  EXPECT_EQ(problem_after(proxy_with("a", "b"), {"\x05\xff"s}), "it takes neither our user nor none");
  EXPECT_EQ(problem_after(proxy_with("a", "b"), {"\x05\x02"s, "\x01\x01"s}), "it refuses the user or the password");
  EXPECT_EQ(problem_after({}, {"\x05\0"s, "\x05\x05\0\x01\0"s}), "the connection was refused");
  EXPECT_EQ(problem_after({}, {"\x05\0"s, "\x05\x63\0\x01\0"s}), "it answered with a code that has no meaning");
  EXPECT_EQ(problem_after({}, {"\x05\0"s, "\x05\0\0\x09\0"s}), "it sent an address of a kind that SOCKS 5 has not");
  EXPECT_EQ(problem_after({}, {"\x05"s}), "it sent less than SOCKS 5 asks for");
  EXPECT_EQ(problem_after(proxy_with(std::string(256, 'a'), ""), {}),
            "SOCKS takes no host, user or password of more than 255 bytes");
}

}  // namespace
}  // namespace everynode::http
