// everynode_create_pods: creates pods as fast as the API server answers, and decides nothing: what no controller can
// beat. With --watch it also follows all pods, as every controller has to.
#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <exception>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "everynode/cluster/client.hpp"
#include "everynode/cluster/informer.hpp"
#include "everynode/cluster/spawn.hpp"
#include "everynode/objects/objects.hpp"

namespace {

namespace asio = boost::asio;
namespace cluster = everynode::cluster;
namespace codec = everynode::codec;
namespace kube = everynode::kube;
namespace objects = everynode::objects;
namespace protocol = everynode::protocol;

constexpr std::string_view node_mark = "@NODE@";

struct Options {
  std::string kubeconfig;
  std::vector<std::string> body_files;
  std::size_t nodes = 0;
  std::size_t connections = cluster::ClientOptions{}.connections;
  std::string watch;
};

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string for_node(std::string body, std::size_t number) {
  const std::string node = "node-" + std::to_string(number);
  for (auto at = body.find(node_mark); at != std::string::npos; at = body.find(node_mark, at + node.size())) {
    body.replace(at, node_mark.size(), node);
  }
  return body;
}

/// Reads each pod as the reconciler does, and forgets it.
protocol::WatchConsumer watcher(const std::string& encoding) {
  const auto pod = std::make_shared<objects::DaemonPod>();
  protocol::WatchConsumer consumer{.read = [pod](codec::JsonValue value) { return objects::read(value, *pod = {}); },
                                   .begin_replacement = [] {},
                                   .listed = [](const protocol::Object&) {},
                                   .end_replacement = [](std::string_view) { return kube::Continuity::proven; },
                                   .changed = [](protocol::Change, const protocol::Object&) { return true; },
                                   .progressed = [](std::string_view) {}};
  if (encoding == "protobuf") {
    consumer.read_protobuf = [pod](codec::Message object) { return objects::read(object, *pod = {}); };
  }
  return consumer;
}

class Load {
 public:
  Load(cluster::Client& client, const Options& options, std::function<void()> done)
      : client_(client), nodes_(options.nodes), done_(std::move(done)) {
    for (const std::string& file : options.body_files) bodies_.push_back(content_of(file));
  }

  /// One request after the other, until all are taken.
  cluster::Awaitable<void> one_connection() {
    while (next_ < bodies_.size() * nodes_) {
      const std::size_t number = next_++;
      const kube::Request request =
          kube::create(kube::pods, "default", for_node(bodies_[number / nodes_], number % nodes_));
      const kube::Outcome outcome = co_await client_.send(request);
      if (!outcome || !outcome->ok()) throw std::runtime_error(kube::explain(request, outcome));
      if (++created_ == bodies_.size() * nodes_) done_();
    }
  }

 private:
  cluster::Client& client_;
  std::vector<std::string> bodies_;
  std::size_t nodes_;
  std::function<void()> done_;
  std::size_t next_ = 0;
  std::size_t created_ = 0;
};

void create(const Options& options) {
  auto config =
      cluster::load_config({.kubeconfig = options.kubeconfig, .overrides = {}}, cluster::Environment::of_process());
  if (!config) throw std::runtime_error(config.error());
  asio::io_context loop;
  cluster::Client client(loop.get_executor(), std::move(*config), {.connections = options.connections});
  cluster::Informer pods(loop.get_executor(), client, kube::pods, watcher(options.watch), {}, 1);
  if (!options.watch.empty()) cluster::spawn(loop.get_executor(), pods.run());
  Load load(client, options, [&] {
    pods.stop();
    client.close();
  });
  for (std::size_t i = 0; i < options.connections; ++i) cluster::spawn(loop.get_executor(), load.one_connection());
  loop.run();
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{
      "Creates each pod once for each of node-0, node-1, ... in the namespace default. Ends with 1 if one is refused."};
  Options options;
  app.add_option("--kubeconfig", options.kubeconfig)->required();
  app.add_option("--body", options.body_files, "files with a Pod in JSON; @NODE@ in it stands for the node's name")
      ->required();
  app.add_option("--nodes", options.nodes, "how many nodes")->required();
  app.add_option("--connections", options.connections)->capture_default_str()->check(CLI::Range(1U, 1'000U));
  app.add_option("--watch", options.watch, "follow all pods meanwhile")->check(CLI::IsMember({"json", "protobuf"}));
  CLI11_PARSE(app, argc, argv);
  try {
    create(options);
  } catch (const std::exception& error) {
    std::cerr << "everynode_create_pods: " << error.what() << std::endl;
    return 1;
  }
}
