#include "fake_cluster.hpp"

#include <algorithm>
#include <utility>

namespace everynode::support {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

constexpr auto look = 1ms;  ///< how often watches and kubelets check for news
constexpr auto bookmark_interval = 50ms;
constexpr auto for_ever = std::chrono::hours(1);

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find(separator, begin), text.size());
    if (end > begin) parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

std::string parameter(const ApiRequest& request, const std::string& name) {
  const std::size_t query = request.target.find('?');
  if (query == std::string::npos) return {};
  for (const std::string& part : split(request.target.substr(query + 1), '&')) {
    if (part.starts_with(name + "=")) return part.substr(name.size() + 1);
  }
  return {};
}

std::string decoded(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    out += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
    i += 2;
  }
  return out;
}

/// The first part of the User-Agent, which the API server uses as the field manager.
std::string manager_of(const ApiRequest& request) {
  const auto found = request.headers.find("user-agent");
  return found == request.headers.end() ? "" : found->second.substr(0, found->second.find('/'));
}

ApiAnswer to_answer(const FakeObjects::Answer& answer) {
  return {.status = answer.status, .body = answer.body.dump()};
}

ApiAnswer refused(const Fault& fault) {
  ApiAnswer answer = to_answer(refusal(fault.status, fault.reason, "a fault of the test"));
  if (fault.retry_after) answer.headers["Retry-After"] = std::to_string(*fault.retry_after);
  answer.delay = fault.delay;
  return answer;
}

/// In pieces, if so wanted. False: the connection has gone.
bool write(ApiStream& stream, std::string_view lines, const WatchFault& fault) {
  const std::size_t piece = fault.piece == 0 ? lines.size() : fault.piece;
  for (std::size_t at = 0; at < lines.size(); at += piece) {
    if (!stream.write(lines.substr(at, piece))) return false;
  }
  return true;
}

Json running(Json pod) {
  pod["status"]["phase"] = "Running";
  pod["status"]["conditions"] =
      Json::array({{{"type", "Ready"}, {"status", "True"}, {"lastTransitionTime", timestamp()}}});
  return pod;
}

}  // namespace

ObjectPath path_of(const ApiRequest& request) {
  std::vector<std::string> steps = split(request.target.substr(0, request.target.find('?')), '/');
  std::size_t next = steps.at(0) == "api" ? 2 : 3;
  ObjectPath path;
  const auto step = [&] { return next < steps.size() ? steps[next++] : std::string{}; };
  path.plural = step();
  if (path.plural == "namespaces") {
    path.namespace_ = step();
    path.plural = step();
  }
  path.name = step();
  path.subresource = step();
  return path;
}

bool is_write(const ApiRequest& request) {
  return request.method != "GET" && path_of(request).plural != "events";
}

FakeCluster::FakeCluster()
    : faults_([](const ApiRequest&) { return Fault{}; }),
      watch_faults_([](const ApiRequest&) { return WatchFault{}; }),
      observer_([](const FakeObjects&, const std::string&, const Json&) {}) {
  objects_.changed = [this](const std::string& plural, const Json& object) {
    times_[objects_.version()] = steady_clock::now();
    news_for_nodes_ = true;
    observer_(objects_, plural, object);
  };
  server_ = std::make_unique<FakeApiServer>([this](const ApiRequest& request) { return answer(request); });
  nodes_ = std::jthread([this](const std::stop_token& stop) { run_nodes(stop); });
}

FakeCluster::~FakeCluster() {
  server_.reset();
}

void FakeCluster::set_faults(FaultPolicy policy) {
  const std::scoped_lock lock(mutex_);
  faults_ = std::move(policy);
}

void FakeCluster::set_watch_faults(WatchPolicy policy) {
  const std::scoped_lock lock(mutex_);
  watch_faults_ = std::move(policy);
}

void FakeCluster::set_streams(Streams streams) {
  const std::scoped_lock lock(mutex_);
  streams_ = streams;
}

void FakeCluster::set_page(std::size_t size) {
  const std::scoped_lock lock(mutex_);
  page_ = size;
}

void FakeCluster::observe(std::function<void(const FakeObjects&, const std::string&, const Json&)> observer) {
  const std::scoped_lock lock(mutex_);
  observer_ = std::move(observer);
}

void FakeCluster::hold_kubelets(bool held) {
  const std::scoped_lock lock(mutex_);
  held_ = held;
}

void FakeCluster::compact() {
  const std::scoped_lock lock(mutex_);
  compacted_ = objects_.version();
}

void FakeCluster::change(const std::function<void(FakeObjects&)>& how) {
  const std::scoped_lock lock(mutex_);
  how(objects_);
}

bool FakeCluster::await(const std::function<bool(const FakeObjects&)>& condition,
                        std::chrono::milliseconds patience) const {
  const auto deadline = steady_clock::now() + patience;
  while (!ask(condition)) {
    if (steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(2ms);
  }
  return true;
}

// --- requests ---

ApiAnswer FakeCluster::answer(const ApiRequest& request) {
  const std::scoped_lock lock(mutex_);
  const ObjectPath path = path_of(request);
  if (parameter(request, "sendInitialEvents") == "true") return faulty(request, [&] { return stream(request, path); });
  if (!parameter(request, "watch").empty()) return watch(request, path);
  return faulty(request, [&] { return act(request); });
}

ApiAnswer FakeCluster::faulty(const ApiRequest& request, const std::function<ApiAnswer()>& act) {
  const Fault fault = faults_(request);
  switch (fault.kind) {
    case Fault::Kind::refuse:
      return refused(fault);
    case Fault::Kind::drop_before:
      return {.drop = Drop::before_answer};
    case Fault::Kind::hang:
      return {.delay = for_ever};
    default:
      break;
  }
  ApiAnswer answer = act();
  answer.delay = fault.kind == Fault::Kind::hang_after ? for_ever : fault.delay;
  if (fault.kind == Fault::Kind::drop_after) answer.drop = Drop::before_answer;
  return answer;
}

ApiAnswer FakeCluster::act(const ApiRequest& request) {
  ObjectPath path = path_of(request);
  const Json body = request.body.empty() ? Json::object() : Json::parse(request.body);
  if (const std::string selector = decoded(parameter(request, "fieldSelector")); !selector.empty()) {
    path.name = selector.substr(selector.find('=') + 1);
    return to_answer(objects_.list_one(path));
  }
  if (request.method == "GET" && path.name.empty()) {
    return to_answer(objects_.list(path, page_, decoded(parameter(request, "continue"))));
  }
  if (request.method == "GET") return to_answer(objects_.get(path));
  if (request.method == "POST") return to_answer(objects_.create(path, body, manager_of(request)));
  if (request.method == "DELETE") return to_answer(objects_.remove(path, body));
  const bool strategic = request.headers.at("content-type").contains("strategic");
  return to_answer(strategic ? objects_.strategic_merge_patch(path, body) : objects_.merge_patch(path, body));
}

// --- watches ---

ApiAnswer FakeCluster::watch(const ApiRequest& request, const ObjectPath& path) {
  const WatchFault fault = watch_faults_(request);
  const std::uint64_t since = std::stoull(parameter(request, "resourceVersion"));
  if (fault.gone || since < compacted_) return to_answer(refusal(410, "Expired", "too old resource version"));
  return {.stream = [this, path, since, fault](ApiStream& stream) { follow(stream, path.plural, since, fault); }};
}

/// What there is when the request comes, and then what changes.
ApiAnswer FakeCluster::stream(const ApiRequest& request, const ObjectPath& path) {
  if (streams_ == Streams::refused) {
    return to_answer(refusal(422, "Invalid",
                             "sendInitialEvents: Forbidden: sendInitialEvents is forbidden for watch unless the "
                             "WatchList feature gate is enabled"));
  }
  const WatchFault fault = watch_faults_(request);
  std::vector<std::string> lines = first_events(path.plural);
  const std::uint64_t since = objects_.version();
  if (streams_ == Streams::ignored) lines.pop_back();
  const auto tell = [this, path, since, fault, lines = std::move(lines)](ApiStream& stream) {
    if (fault.silent) return follow(stream, path.plural, since, fault);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (fault.told && i >= *fault.told) return stream.drop();
      if (!write(stream, lines[i], fault)) return;
    }
    follow(stream, path.plural, since, fault);
  };
  return {.stream = tell};
}

/// Behind them is the bookmark that says that these were all.
std::vector<std::string> FakeCluster::first_events(const std::string& plural) const {
  std::vector<std::string> lines;
  for (const auto& [key, object] : objects_.all(plural)) {
    lines.push_back(R"({"type":"ADDED","object":)" + object.dump() + "}\n");
  }
  lines.push_back(R"({"type":"BOOKMARK","object":{"metadata":{"resourceVersion":")" +
                  std::to_string(objects_.version()) + R"(","annotations":{"k8s.io/initial-events-end":"true"}}}})" +
                  "\n");
  return lines;
}

/// Runs on the connection's thread. Holds the lock only while it checks for news.
void FakeCluster::follow(ApiStream& stream, const std::string& plural, std::uint64_t since, const WatchFault& fault) {
  const auto begin = steady_clock::now();
  auto bookmark_at = begin + bookmark_interval;
  const unsigned restores = ask([](const FakeObjects& objects) { return objects.restores(); });
  while (stream.wait(look)) {
    if (ask([](const FakeObjects& objects) { return objects.restores(); }) != restores) return stream.drop();
    if (fault.silent) continue;
    if (fault.life.count() > 0 && steady_clock::now() > begin + fault.life) return stream.drop();
    const std::string lines = news(plural, since, fault, bookmark_at);
    if (!write(stream, lines, fault)) return;
  }
}

std::string FakeCluster::news(const std::string& plural, std::uint64_t& seen, const WatchFault& fault,
                              steady_clock::time_point& bookmark_at) {
  const std::scoped_lock lock(mutex_);
  const auto now = steady_clock::now();
  const auto& events = objects_.events(plural);
  auto next = std::ranges::upper_bound(events, seen, {}, &FakeObjects::Event::version);
  std::string lines;
  for (; next != events.end() && times_[next->version] + fault.delay <= now; ++next) {
    lines += next->line;
    if (fault.duplicate) lines += next->line;
    seen = next->version;
  }
  if (next == events.end() && now >= bookmark_at) {
    bookmark_at = now + bookmark_interval;
    seen = objects_.version();
    lines += R"({"type":"BOOKMARK","object":{"metadata":{"resourceVersion":")" + std::to_string(seen) + "\"}}}\n";
  }
  return lines;
}

// --- scheduler, kubelets and garbage collector ---

void FakeCluster::run_nodes(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    std::this_thread::sleep_for(look);
    const std::scoped_lock lock(mutex_);
    if (held_ || !std::exchange(news_for_nodes_, false)) continue;
    std::vector<std::string> keys;
    for (const auto& [key, pod] : objects_.all("pods")) keys.push_back(key);
    for (const std::string& key : keys) {
      if (run_pod(key)) news_for_nodes_ = true;
    }
  }
}

/// Takes one step of a pod's life. True if there was one to take.
bool FakeCluster::run_pod(const std::string& key) {
  const Json& pod = *objects_.find("pods", key);
  if (collect(key, pod)) return true;
  if (is_over(pod) || is_ready(pod)) return false;
  const std::string node = target_of(pod);
  if (objects_.find("nodes", "/" + node) == nullptr) return false;
  Json next = pod;
  if (pod["spec"].contains("nodeName")) {
    next = running(std::move(next));
  } else {
    next["spec"]["nodeName"] = node;
  }
  objects_.write("pods", std::move(next));
  return true;
}

/// Removes pods that are terminating, pods of nodes that no longer exist, and pods that have lost their owner.
bool FakeCluster::collect(const std::string& key, const Json& pod) {
  const bool homeless = pod["spec"].contains("nodeName") &&
                        objects_.find("nodes", "/" + pod["spec"]["nodeName"].get<std::string>()) == nullptr;
  const std::string owner = controller_of(pod);
  const auto lives = [&](const auto& daemon_set) { return uid_of(daemon_set.second) == owner; };
  const bool abandoned = !owner.empty() && std::ranges::none_of(objects_.all("daemonsets"), lives);
  if (!is_terminating(pod) && !homeless && !abandoned) return false;
  objects_.erase("pods", key);
  return true;
}

}  // namespace everynode::support
