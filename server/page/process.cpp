#include "everynode/page/process.hpp"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <utility>

#include "answers.hpp"
#include "browser.hpp"
#include "events.hpp"
#include "everynode/codec/printable.hpp"
#include "everynode/dashboard/access.hpp"
#include "everynode/http/url.hpp"
#include "everynode/logging/version.hpp"
#include "everynode/serving/heap.hpp"
#include "everynode/serving/signals.hpp"
#include "facts.hpp"
#include "scope.hpp"
#include "steering.hpp"
#include "token_file.hpp"

namespace everynode::page {
namespace {

namespace asio = boost::asio;
using std::chrono::steady_clock;

/// Changes that follow within this time are shown together: as long as we take a fortieth of a core for them, and
/// whoever looks sees them within a fifth of a second.
constexpr std::chrono::milliseconds least_gathered{60};
constexpr std::chrono::milliseconds most_gathered{130};
constexpr int idle_share = 40;
/// What time alone changes is looked at so often.
constexpr std::chrono::seconds tick{1};
constexpr std::chrono::milliseconds grace{500};

/// 128 bits that nobody can guess, in hexadecimal digits.
std::string secret() {
  std::array<unsigned char, 16> bytes{};
  if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    throw std::runtime_error("the system gives no random numbers");
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const unsigned char byte : bytes) text.append({digits[byte / 16], digits[byte % 16]});
  return text;
}

/// Throws if others than this machine's users could reach the page, and nothing says how they are to be kept apart.
void check(const PageSettings& settings) {
  for (const std::string& host : settings.hosts) {
    if (!dashboard::is_host(host)) {
      throw std::runtime_error("--host " + host + ": expected HOST or HOST:PORT in lower case, as page.example.com");
    }
  }
  const bool alone = dashboard::is_loopback(settings.listen.host);
  if (settings.actions && (!alone || !settings.hosts.empty())) {
    throw std::runtime_error(
        "--allow-actions is for an address of this machine alone, and without --host: behind a proxy one token is for "
        "all, so nobody could tell who has changed what");
  }
  const bool guarded = !settings.hosts.empty() && !settings.token_file.empty();
  if (alone || guarded) return;
  throw std::runtime_error(settings.listen.host +
                           " is not an address of this machine alone, such as 127.0.0.1: whoever reaches the page "
                           "sees the cluster with your rights. Behind a proxy that knows who may, give --host, the "
                           "name that browsers use, and --token-file");
}

objects::Time now() {
  return std::chrono::time_point_cast<objects::Time::duration>(std::chrono::system_clock::now());
}

std::string about(const Scope& scope, bool actions) {
  return to_text({{"namespace", scope.target.all_namespaces ? "" : scope.target.namespace_},
                  {"why", scope.why},
                  {"actions", actions},
                  {"version", logging::version()}});
}

/// Everything is on one loop, which the inspector drives.
class Page {
 public:
  explicit Page(const PageSettings& settings)
      : scope_(scope_of(settings.target)),
        board_(secret(), about(scope_, settings.actions)),
        server_(loop_, options(settings.listen)),
        inspector_(loop_, scope_.target),
        steering_(settings.actions ? std::make_unique<Steering>(scope_.target) : nullptr) {
    access_.actions = settings.actions;
    if (!settings.token_file.empty()) token_file_.emplace(settings.token_file);
    access_.token = token_file_ ? token_file_->token() : secret();
    if (dashboard::is_loopback(settings.listen.host)) {
      access_.hosts = dashboard::hosts_of(settings.listen.host, server_.endpoint().port);
    }
    access_.proxied = settings.hosts;
  }

  /// Without a token that is in a file: what is printed may be kept in a log.
  [[nodiscard]] std::string address() const {
    const std::string& host = access_.hosts.empty() ? access_.proxied.front() : access_.hosts.front();
    return "http://" + host + "/" + (token_file_ ? "" : "#token=" + access_.token);
  }

  void serve() {
    await_signal();
    heap_.trim();
    while (!ended_) {
      const inspection::News news = inspector_.news(steady_clock::now() + tick, gather_);
      const auto began = steady_clock::now();
      take(news);
      const auto took = std::chrono::ceil<std::chrono::milliseconds>(steady_clock::now() - began);
      gather_ = std::clamp(idle_share * took, least_gathered, most_gathered);
      if (steady_clock::now() >= next_tick_) on_tick();
    }
    signals_.cancel();
  }

  Browser& browser() { return browser_; }

 private:
  net::ServerOptions options(const net::Endpoint& listen) {
    net::ServerOptions options{.listen = listen, .threads = 0, .limits = {}, .observer = {}, .make_handler = {}};
    options.limits.body_bytes = 4096;
    options.limits.connections = 64;
    options.make_gate = [this] { return [this](const http::Head& head) { return gate(head); }; };
    options.make_handler = [this] { return [this](const http::Request& request) { return answers_(request); }; };
    options.make_streams = [this] { return [this](const http::Request& request) { return stream(request); }; };
    return options;
  }

  [[nodiscard]] std::optional<net::Refusal> gate(const http::Head& head) const {
    auto denial = dashboard::denial_of(head, access_);
    if (!denial) return std::nullopt;
    return net::Refusal{.reason = denial->reason, .response = std::move(denial->response)};
  }

  std::unique_ptr<net::EventStream> stream(const http::Request& request) {
    const dashboard::Route route = dashboard::route_of(request);
    const auto* const ask = std::get_if<dashboard::AskEvents>(&route);
    return ask == nullptr ? nullptr : readers_.add(*ask);
  }

  // --- what there is to see ---

  void take(const inspection::News& news) {
    if (news.all) {
      board_.keep_nodes(inspector_.nodes());
      for (const auto& [name, node] : inspector_.nodes()) board_.put_node(node);
    }
    for (const std::string& name : news.nodes) look_at_node(name);
    for (const std::string& id : concerned(news)) look(id);
    note(news.failure);
    if (board_.commit()) readers_.wake();
  }

  /// Also those that have gone, each once.
  [[nodiscard]] std::set<std::string> concerned(const inspection::News& news) const {
    std::set<std::string> ids;
    for (const cache::Key& key : news.daemon_sets) ids.insert(to_text(key));
    if (!news.all) return ids;
    for (const std::string& id : board_.columns()) ids.insert(id);
    for (const cache::Key& key : inspector_.daemon_sets()) ids.insert(to_text(key));
    return ids;
  }

  void look_at_node(const std::string& name) {
    const auto node = inspector_.nodes().find(name);
    node == inspector_.nodes().end() ? board_.remove_node(name) : board_.put_node(node->second);
  }

  void look(const std::string& id) {
    const std::size_t slash = id.find('/');
    const auto glance = inspector_.glance({.namespace_ = id.substr(0, slash), .name = id.substr(slash + 1)});
    if (!glance) {
      board_.remove_column(id);
      moving_.erase(id);
      return;
    }
    board_.put_column(id, facts_of(glance->inspection), glance->nodes);
    if (glance->inspection.rolled_out()) {
      moving_.erase(id);
    } else {
      moving_.insert(id);
    }
  }

  /// Says how far the page can be believed, on the page and at the terminal.
  void note(const std::optional<inspection::Failure>& failure) {
    dashboard::Standing standing{.problem = failure ? failure->why : std::string(), .since = {}, .known = known_};
    if (!failure) known_ = standing.known = true;
    if (failure) standing.since = standing_.problem.empty() ? now() : standing_.since;
    if (failure && failure->why != standing_.problem) {
      std::cerr << "everynode dashboard: " << codec::printable(failure->why) << std::endl;
    }
    standing_ = standing;
    board_.set_standing(std::move(standing));
  }

  /// A token that is no longer in the file ends with what it has opened.
  void read_token_again() {
    const auto changed = token_file_->read_again();
    if (!changed && changed.error() != token_problem_) {
      std::cerr << "everynode dashboard: " << codec::printable(changed.error())
                << "; the token that was there before still counts" << std::endl;
    }
    token_problem_ = changed ? std::string() : changed.error();
    if (!changed.value_or(false)) return;
    access_.token = token_file_->token();
    readers_.end();
  }

  void on_tick() {
    next_tick_ = steady_clock::now() + tick;
    if (token_file_) read_token_again();
    // What cannot be seen at the moment stays as it was seen.
    if (standing_.problem.empty()) {
      for (const std::string& id : std::set(moving_)) look(id);
    }
    board_.commit();
    readers_.wake();  // also those that hear that there is nothing new
    browser_.reap();
    heap_.trim();
  }

  // --- the end ---

  void await_signal() {
    if (!serving::ignores_hangups()) signals_.add(SIGHUP);
    signals_.async_wait([this](boost::system::error_code error, int) {
      if (!error) server_.stop(grace, [this](std::size_t) { ended_ = true; });
    });
  }

  // The inspector ends first: it runs the loop once more, with the server still there.
  Scope scope_;
  std::optional<TokenFile> token_file_;
  std::string token_problem_;
  dashboard::Access access_;
  dashboard::Board board_;
  dashboard::Standing standing_;
  std::set<std::string> moving_;  ///< DaemonSets that time alone may change
  Readers readers_{board_};
  asio::io_context loop_{1};
  asio::signal_set signals_{loop_, SIGINT, SIGTERM};
  net::Server server_;
  inspection::Inspector inspector_;
  std::unique_ptr<Steering> steering_;  ///< null: nothing may be changed
  Answers answers_{board_, inspector_, scope_.target, steering_.get()};
  Browser browser_;
  serving::HeapTrimmer heap_;
  steady_clock::time_point next_tick_{};
  std::chrono::milliseconds gather_ = least_gathered;
  bool known_ = false;
  bool ended_ = false;
};

}  // namespace

int run(const PageSettings& settings) {
  check(settings);
  serving::keep_no_large_blocks();
  Page page(settings);
  std::cout << page.address() << std::endl;
  if (settings.open && !page.browser().open(page.address())) {
    std::cerr << "everynode dashboard: there is no xdg-open; open the address yourself" << std::endl;
  }
  page.serve();
  return 0;
}

}  // namespace everynode::page
