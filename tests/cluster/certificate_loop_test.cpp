#include "everynode/cluster/certificate_loop.hpp"

#include <mutex>
#include <nlohmann/json.hpp>

#include "client_fixture.hpp"
#include "everynode/codec/base64.hpp"
#include "everynode/net/authority.hpp"

namespace everynode::cluster {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

const std::string leaf_path = "/api/v1/namespaces/system/secrets/certificate";
const std::string authority_path = leaf_path + "-ca";
const std::string configuration_path = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/everynode";

/// Stores objects by path as the API server does: resourceVersions, merge patches, webhooks merged by name.
class ObjectKeeper {
 public:
  void put(const std::string& path, json object) {
    const std::scoped_lock lock(mutex_);
    store(path, std::move(object));
  }

  json get(const std::string& path) {
    const std::scoped_lock lock(mutex_);
    return objects_[path];
  }

  /// The value of a key in a Secret.
  std::string data(const std::string& path, const std::string& key) {
    return codec::decode_base64(get(path)["data"][key].get<std::string>()).value();
  }

  std::string bundle() {
    return codec::decode_base64(get(configuration_path)["webhooks"][0]["clientConfig"]["caBundle"].get<std::string>())
        .value();
  }

  ApiAnswer operator()(const ApiRequest& request) {
    const std::scoped_lock lock(mutex_);
    if (request.method == "GET") return answer(request.target);
    json body = json::parse(request.body);
    if (request.method == "POST") {
      const std::string path = request.target + "/" + body["metadata"]["name"].get<std::string>();
      if (objects_.contains(path)) return {.status = 409};
      store(path, std::move(body));
      return answer(path);
    }
    json& object = objects_[request.target];
    if (body["metadata"]["resourceVersion"] != object["metadata"]["resourceVersion"]) return {.status = 409};
    if (body.contains("webhooks")) object["webhooks"][0].merge_patch(body["webhooks"][0]);
    body.erase("webhooks");
    object.merge_patch(body);
    store(request.target, object);
    return answer(request.target);
  }

 private:
  void store(const std::string& path, json object) {
    object["metadata"]["resourceVersion"] = std::to_string(++version_);
    objects_[path] = std::move(object);
  }

  ApiAnswer answer(const std::string& path) {
    if (!objects_.contains(path)) return {.status = 404};
    return {.status = 200, .body = objects_[path].dump()};
  }

  std::mutex mutex_;
  std::map<std::string, json> objects_;
  int version_ = 0;
};

const json empty_secret = {{"metadata", json::object()}};
const json configuration = json::parse(R"({"metadata":{"name":"everynode"},"webhooks":[
    {"name":"pods.everynode.dev","clientConfig":{"service":{"namespace":"system","name":"webhook"}}}]})");

std::string first_id(const std::string& pem) {
  const auto found = net::read_certificates(pem);
  return found.empty() ? "" : found.front().id;
}

class CertificateLoopTest : public ClientTest {
 protected:
  CertificateLoopTest() { keeper_->put(configuration_path, configuration); }

  CertificateLoop loop_for(Client& client, protocol::CertificateSettings settings = {}) {
    const CertificateNames names{.secret = {.namespace_ = "system", .name = "certificate"},
                                 .service = {.namespace_ = "system", .name = "webhook"},
                                 .webhook = "everynode"};
    CertificateObserver observer;
    observer.made_authority = [this](auto) { log_.emplace_back("authority"); };
    observer.wrote_bundles = [this](std::size_t authorities, auto) {
      log_.push_back("bundle " + std::to_string(authorities));
    };
    observer.bundles_undone = [this] { log_.emplace_back("undone"); };
    observer.issued = [this](auto) { log_.emplace_back("leaf"); };
    observer.failed = [this](const std::string& trouble) { troubles_.push_back(trouble); };
    return CertificateLoop(loop_.get_executor(), client, names, settings, std::move(observer));
  }

  /// Lets the loops run until the condition is true.
  template <class Condition>
  void run_until(Condition holds, std::chrono::seconds patience = 20s) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!holds() && std::chrono::steady_clock::now() < end) loop_.run_for(10ms);
    EXPECT_TRUE(holds()) << "it did not come true";
  }

  void end(Client& client, CertificateLoop& loop) {
    loop.stop();
    client.close();
    loop_.run_for(20s);
    EXPECT_TRUE(loop_.stopped()) << "it did not end";
    EXPECT_TRUE(loop.idle());
  }

  FakeApiServer serve() {
    return FakeApiServer([keeper = keeper_](const ApiRequest& request) { return (*keeper)(request); });
  }

  void expect_trusted_leaf() {
    const auto leaf = net::read_certificates(keeper_->data(leaf_path, "tls.crt"));
    ASSERT_EQ(leaf.size(), 1U);
    EXPECT_TRUE(net::is_for(leaf.front(), "webhook.system.svc"));
    EXPECT_TRUE(net::belong_together({.chain = leaf.front().pem, .key = keeper_->data(leaf_path, "tls.key")}));
    EXPECT_EQ(keeper_->data(leaf_path, "ca.crt"), keeper_->bundle());
    const auto trusted = net::read_certificates(keeper_->bundle());
    ASSERT_FALSE(trusted.empty());
    EXPECT_TRUE(net::is_signed_by(leaf.front(), trusted.front()));
  }

  std::shared_ptr<ObjectKeeper> keeper_ = std::make_shared<ObjectKeeper>();
  std::vector<std::string> log_;
  std::vector<std::string> troubles_;
};

using Log = std::vector<std::string>;

TEST_F(CertificateLoopTest, MakesEverythingFromNothing) {
  const FakeApiServer server = serve();
  Client client = client_for(server);
  CertificateLoop loop = loop_for(client);
  loop.lead([] { return true; });
  run_until([&] { return log_.size() == 3; });
  end(client, loop);
  EXPECT_EQ(log_, (Log{"authority", "bundle 1", "leaf"}));
  EXPECT_EQ(troubles_, Log{});
  EXPECT_EQ(keeper_->get(leaf_path)["type"], "kubernetes.io/tls");
  EXPECT_FALSE(keeper_->get(leaf_path)["data"].contains("ca.key"));
  EXPECT_EQ(keeper_->get(configuration_path)["webhooks"][0]["clientConfig"]["service"]["name"], "webhook");
  expect_trusted_leaf();
}

TEST_F(CertificateLoopTest, FillsTheEmptySecretsOfTheChart) {
  keeper_->put(leaf_path, empty_secret);
  keeper_->put(authority_path, empty_secret);
  const FakeApiServer server = serve();
  Client client = client_for(server);
  CertificateLoop loop = loop_for(client);
  loop.lead([] { return true; });
  run_until([&] { return log_.size() == 3; });
  end(client, loop);
  expect_trusted_leaf();
  for (const ApiRequest& request : server.requests()) EXPECT_NE(request.method, "POST");
}

TEST_F(CertificateLoopTest, AnyNumberOfLoopsAgree) {
  const FakeApiServer server = serve();
  Client one = client_for(server);
  Client other = client_for(server);
  CertificateLoop a = loop_for(one);
  CertificateLoop b = loop_for(other);
  a.lead([] { return true; });
  b.lead([] { return true; });
  run_until([&] { return std::ranges::count(log_, "leaf") == 1; });
  loop_.run_for(500ms);
  b.stop();
  end(one, a);
  EXPECT_EQ(log_, (Log{"authority", "bundle 1", "leaf"}));
  EXPECT_EQ(troubles_, Log{});
  expect_trusted_leaf();
}

TEST_F(CertificateLoopTest, LeavesForeignSecretsAlone) {
  keeper_->put(leaf_path, {{"metadata", json::object()}, {"data", {{"tls.crt", "Zm9v"}}}});
  const FakeApiServer server = serve();
  Client client = client_for(server);
  CertificateLoop loop = loop_for(client);
  loop.lead([] { return true; });
  run_until([&] { return !troubles_.empty(); });
  EXPECT_TRUE(loop.problem().contains("system/certificate has content that we did not write")) << loop.problem();
  end(client, loop);
  for (const ApiRequest& request : server.requests()) EXPECT_EQ(request.method, "GET");
}

TEST_F(CertificateLoopTest, WritesNothingWithoutTheLead) {
  const FakeApiServer server = serve();
  Client client = client_for(server);
  CertificateLoop loop = loop_for(client);
  loop.lead([] { return false; });
  run_until([&] { return server.requests().size() >= 3; });
  loop_.run_for(200ms);
  end(client, loop);
  for (const ApiRequest& request : server.requests()) EXPECT_EQ(request.method, "GET");
}

TEST_F(CertificateLoopTest, SaysWhichRightItLacks) {
  const FakeApiServer server([](const ApiRequest& request) {
    if (request.method == "GET") return ApiAnswer{.status = 404};
    return ApiAnswer{.status = 403, .body = R"({"kind":"Status","reason":"Forbidden","message":"user cannot create"})"};
  });
  Client client = client_for(server);
  CertificateLoop loop = loop_for(client);
  loop.lead([] { return true; });
  run_until([&] { return !troubles_.empty(); });
  end(client, loop);
  EXPECT_TRUE(troubles_.front().contains(R"(resources: ["secrets"], verbs: ["create"])")) << troubles_.front();
  EXPECT_TRUE(troubles_.front().contains("create the Secrets system/certificate and certificate-ca empty"));
}

TEST_F(CertificateLoopTest, ComplainsOfAConfigurationThatDoesNotCallTheService) {
  keeper_->put(configuration_path, {{"metadata", json::object()}, {"webhooks", json::array()}});
  const FakeApiServer server = serve();
  Client client = client_for(server);
  CertificateLoop loop = loop_for(client);
  loop.lead([] { return true; });
  run_until([&] { return !troubles_.empty(); });
  end(client, loop);
  EXPECT_TRUE(troubles_.front().contains("no webhook that calls the Service system/webhook")) << troubles_.front();
}

/// The CA's Secret is emptied: a new CA is announced beside the old one and signs after the settle time.
TEST_F(CertificateLoopTest, ReplacesALostCaWithoutDistrustingIt) {
  const protocol::CertificateSettings settings{.authority_life = 3600s, .leaf_life = 600s, .settle = 2s};
  const FakeApiServer server = serve();
  Client client = client_for(server);
  CertificateLoop first = loop_for(client, settings);
  first.lead([] { return true; });
  run_until([&] { return log_.size() == 3; });
  first.stop();
  loop_.run_for(20s);
  const std::string old_authority = first_id(keeper_->bundle());
  const std::string old_leaf = keeper_->data(leaf_path, "tls.crt");
  keeper_->put(authority_path, empty_secret);

  loop_.restart();
  CertificateLoop second = loop_for(client, settings);
  second.lead([] { return true; });
  run_until([&] { return log_.size() == 5; });
  EXPECT_EQ(keeper_->data(leaf_path, "tls.crt"), old_leaf) << "the new CA has not settled yet";
  const auto announced = std::chrono::steady_clock::now();
  run_until([&] { return log_.size() == 6; });
  EXPECT_GE(std::chrono::steady_clock::now() - announced, 1500ms);
  end(client, second);
  EXPECT_EQ(log_, (Log{"authority", "bundle 1", "leaf", "authority", "bundle 2", "leaf"}));
  const auto trusted = net::read_certificates(keeper_->bundle());
  ASSERT_EQ(trusted.size(), 2U);
  EXPECT_EQ(trusted.back().id, old_authority);
  expect_trusted_leaf();
}

/// Another program writes the webhook's configuration from a file without a caBundle. Each time, most pods miss us.
TEST_F(CertificateLoopTest, SaysThatSomebodyUndoesTheBundle) {
  const FakeApiServer server = serve();
  Client client = client_for(server);
  CertificateLoop loop = loop_for(client);
  loop.lead([] { return true; });
  run_until([&] { return log_.size() == 3; });
  keeper_->put(configuration_path, configuration);
  run_until([&] { return log_.size() == 5; });
  end(client, loop);
  EXPECT_EQ(log_, (Log{"authority", "bundle 1", "leaf", "bundle 1", "undone"}));
  expect_trusted_leaf();
}

}  // namespace
}  // namespace everynode::cluster
