#include "tls_channel.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>

#include "load.hpp"
#include "scripted_server.hpp"

namespace everynode::support {
namespace {

class CaFile {
 public:
  CaFile(const std::string& name, const std::string& pem)
      : path_(testing::TempDir() + "everynode-load-" + std::to_string(getpid()) + "-" + name) {
    std::ofstream(path_) << pem;
  }
  ~CaFile() { std::remove(path_.c_str()); }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

void answer(ScriptedServer::Peer& peer) {
  while (!peer.read_request().empty()) peer.write(ok_answer("{}"));
}

/// The failures of one request to `server` when the client trusts this CA and expects this name.
std::map<Failure, std::uint64_t> failures_of(const ScriptedServer& server, const CaFile& ca, const std::string& name) {
  LoadOptions options;
  options.targets = {{.host = "127.0.0.1", .port = server.port()}};
  options.requests = 1;
  options.ca_file = ca.path();
  options.server_name = name;
  return run_load(options).failed;
}

TEST(TlsChannel, TrustsTheGivenCaForTheGivenNameOnly) {
  const ScriptedServer server(answer);
  const ScriptedServer other(answer);
  const CaFile its_own("own", server.certificate());
  const CaFile of_other("other", other.certificate());
  const std::map<Failure, std::uint64_t> refused = {{Failure::handshake, 1}};
  EXPECT_TRUE(failures_of(server, its_own, "localhost").empty());
  EXPECT_EQ(failures_of(server, its_own, "other.example"), refused);
  EXPECT_EQ(failures_of(server, its_own, "127.0.0.1"), refused);
  EXPECT_EQ(failures_of(server, of_other, "localhost"), refused);
}

TEST(TlsChannel, ACaFileThatIsNotThereIsAnError) {
  EXPECT_THROW(TlsClient("/nonexistent", "localhost"), std::runtime_error);
}

}  // namespace
}  // namespace everynode::support
