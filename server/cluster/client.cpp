#include "everynode/cluster/client.hpp"

#include <boost/asio/steady_timer.hpp>
#include <set>
#include <utility>

#include "everynode/codec/document.hpp"
#include "everynode/net/as_result.hpp"
#include "everynode/protocol/frames.hpp"
#include "everynode/protocol/lines.hpp"
#include "everynode/protocol/pace.hpp"
#include "failure_text.hpp"
#include "identity.hpp"
#include "pool.hpp"

namespace everynode::cluster {
namespace {

namespace asio = boost::asio;
using std::chrono::steady_clock;

/// More than a list of 100,000 pods takes.
constexpr std::size_t body_limit = 256UL * 1024 * 1024;
/// By default etcd accepts no object above 1.5 MiB; managedFields and conversion come on top.
constexpr std::size_t line_limit = 32UL * 1024 * 1024;

using Answered = std::expected<net::ResponseHead, kube::NoReply>;
using Head = std::expected<net::ResponseHead, net::Failure>;

constexpr unsigned unauthorized = 401;

bool only_reads(kube::Verb verb) {
  return verb == kube::Verb::get || verb == kube::Verb::list || verb == kube::Verb::watch;
}

/// Waiting does not make a certificate good.
bool is_lasting(net::FailureKind kind) {
  return kind == net::FailureKind::untrusted || kind == net::FailureKind::wrong_name ||
         kind == net::FailureKind::outdated || kind == net::FailureKind::own_certificate;
}

/// Whether the server had closed the connection while it was idle. A request that may have had an effect is not
/// repeated, unless repeating does no harm (RFC 9110, 9.2.2).
bool may_go_again(const net::Failure& failure, kube::Verb verb) {
  const bool lost = failure.kind == net::FailureKind::closed || failure.kind == net::FailureKind::broken;
  return lost && !failure.answered && (!failure.sent || only_reads(verb));
}

}  // namespace

class Client::Impl {
 public:
  Impl(asio::any_io_executor executor, Config config, ClientOptions options, ClientObserver observer)
      : executor_(executor),
        config_(std::move(config)),
        options_(std::move(options)),
        observer_(std::move(observer)),
        identity_(options_.identity),
        pool_(std::make_shared<Pool>(executor, options_.connections)) {
    if (!identity_) identity_ = std::make_shared<Identity>(executor, config_, options_.plugin);
  }

  static Awaitable<kube::Outcome> send(std::shared_ptr<Impl> self, kube::Request request);
  static Awaitable<kube::Outcome> stream(std::shared_ptr<Impl> self, kube::Request request, OnEvent on_event,
                                         GatherTime gather_time, OnAccepted on_accepted, Patience patience);

  [[nodiscard]] const std::shared_ptr<Identity>& identity() const { return identity_; }

  void close() {
    pool_->close();
    for (asio::steady_timer* timer : pacing_) timer->cancel();
  }

 private:
  Awaitable<void> await_turn();
  Awaitable<Answered> ask(Pool::Lease& lease, const kube::Request& request);
  Awaitable<Head> ask_as(const Pass& pass, Pool::Lease& lease, const kube::Request& request);
  Awaitable<kube::Outcome> ask_whole(Pool::Lease& lease, const kube::Request& request);
  Awaitable<kube::Outcome> read_reply(Pool::Lease& lease, net::ResponseHead head);
  template <class Splitter>
  Awaitable<kube::Outcome> read_events(Pool::Lease& lease, Splitter splitter,
                                       const std::function<bool(std::string_view)>& on_event,
                                       const GatherTime& gather_time, const Patience& patience);

  [[nodiscard]] std::vector<http::Header> headers_of(const kube::Request& request, const Pass& pass) const;
  void note(const kube::Request& request, unsigned status, std::optional<std::chrono::seconds> retry_after,
            steady_clock::time_point begin);

  [[nodiscard]] std::unexpected<kube::NoReply> no_reply(const net::Failure& failure, std::chrono::seconds limit) const {
    return std::unexpected(kube::NoReply{.why = failure_text(failure, config_, limit, identity_->problem()),
                                         .sent = failure.sent,
                                         .silent = failure.answered && failure.kind == net::FailureKind::timed_out,
                                         .lasting = is_lasting(failure.kind)});
  }
  [[nodiscard]] std::unexpected<kube::NoReply> given_up() const {
    return no_reply({.kind = net::FailureKind::cancelled, .detail = {}}, {});
  }

  asio::any_io_executor executor_;
  Config config_;
  ClientOptions options_;
  ClientObserver observer_;
  std::shared_ptr<Identity> identity_;
  protocol::Pace pace_;
  std::shared_ptr<Pool> pool_;
  std::set<asio::steady_timer*> pacing_;
};

Awaitable<kube::Outcome> Client::Impl::send(std::shared_ptr<Impl> self, kube::Request request) {
  Pool::Lease lease = co_await self->pool_->lease();
  co_await self->await_turn();
  if (!lease || self->pool_->closed()) co_return self->given_up();
  const auto begin = steady_clock::now();
  kube::Outcome outcome = co_await self->ask_whole(lease, request);
  self->note(request, outcome ? outcome->status : 0, outcome ? outcome->retry_after : std::nullopt, begin);
  co_return outcome;
}

Awaitable<kube::Outcome> Client::Impl::stream(std::shared_ptr<Impl> self, kube::Request request, OnEvent on_event,
                                              GatherTime gather_time, OnAccepted on_accepted, Patience patience) {
  co_await self->await_turn();
  Pool::Lease lease = self->pool_->beside();
  if (!lease) co_return self->given_up();
  const auto begin = steady_clock::now();
  const Answered head = co_await self->ask(lease, request);
  self->note(request, head ? head->status : 0, head ? head->retry_after : std::nullopt, begin);
  if (!head) co_return std::unexpected(head.error());
  if (head->status != 200) co_return co_await self->read_reply(lease, *head);
  on_accepted();
  const kube::Encoding encoding = kube::encoding_of(head->content_type);
  const std::function<bool(std::string_view)> take = [&](std::string_view event) { return on_event(event, encoding); };
  if (encoding == kube::Encoding::json) {
    co_return co_await self->read_events(lease, protocol::LineSplitter(line_limit), take, gather_time, patience);
  }
  co_return co_await self->read_events(lease, protocol::FrameSplitter(line_limit), take, gather_time, patience);
}

/// Waits until the pace allows another request.
Awaitable<void> Client::Impl::await_turn() {
  const auto now = steady_clock::now();
  const auto at = pace_.next(now);
  if (at <= now) co_return;
  asio::steady_timer timer(executor_, at);
  pacing_.insert(&timer);
  const std::unique_ptr<asio::steady_timer, std::function<void(asio::steady_timer*)>> listed(
      &timer, [this](asio::steady_timer* gone) { pacing_.erase(gone); });
  co_await timer.async_wait(net::as_result);
}

/// Sends the request and returns the head of the answer. A 401 comes before any effect, so the request may be sent
/// again with other credentials.
Awaitable<Answered> Client::Impl::ask(Pool::Lease& lease, const kube::Request& request) {
  const auto pass = co_await Identity::pass(identity_);
  if (!pass) co_return std::unexpected(kube::NoReply{.why = pass.error()});
  Head head = co_await ask_as(*pass, lease, request);
  if (head && head->status == unauthorized) {
    identity_->doubt(pass->issue);
    const auto other = co_await Identity::pass(identity_);
    if (!other) co_return std::unexpected(kube::NoReply{.why = other.error()});
    if (other->issue != pass->issue) head = co_await ask_as(*other, lease, request);
  }
  if (!head) co_return no_reply(head.error(), options_.request_timeout);
  co_return *head;
}

Awaitable<Head> Client::Impl::ask_as(const Pass& pass, Pool::Lease& lease, const kube::Request& request) {
  const auto deadline = steady_clock::now() + options_.request_timeout;
  const std::string target = config_.path_prefix + request.target;
  const net::ClientRequest message{
      .method = request.method(), .target = target, .headers = headers_of(request, pass), .body = request.body};
  pool_->use(pass.origin);
  if (lease.take_kept()) {
    lease->expires_at(deadline);
    Head head = co_await lease->send(message);
    if (head) co_return head;
    if (!head.error().answered) pool_->forget_kept();
    if (!may_go_again(head.error(), request.verb)) co_return head;
  }
  lease.take_fresh();
  lease->expires_at(deadline);
  if (auto failure = co_await lease->connect()) co_return std::unexpected(std::move(*failure));
  co_return co_await lease->send(message);
}

Awaitable<kube::Outcome> Client::Impl::ask_whole(Pool::Lease& lease, const kube::Request& request) {
  const Answered head = co_await ask(lease, request);
  if (!head) co_return std::unexpected(head.error());
  co_return co_await read_reply(lease, *head);
}

Awaitable<kube::Outcome> Client::Impl::read_reply(Pool::Lease& lease, net::ResponseHead head) {
  auto body = co_await lease->read_body(body_limit, codec::Document::padding);
  if (!body) co_return no_reply(body.error(), options_.request_timeout);
  kube::Reply reply{.status = head.status, .body = std::move(*body), .retry_after = head.retry_after};
  reply.encoding = kube::encoding_of(head.content_type);
  reply.warnings = std::move(head.warnings);
  co_return reply;
}

template <class Splitter>
Awaitable<kube::Outcome> Client::Impl::read_events(Pool::Lease& lease, Splitter splitter,
                                                   const std::function<bool(std::string_view)>& on_event,
                                                   const GatherTime& gather_time, const Patience& patience) {
  using Result = Splitter::Result;
  const kube::Reply end{.status = 200, .body = {}, .retry_after = {}};
  while (true) {
    const std::chrono::seconds silence = patience().value_or(options_.silence_timeout);
    lease->expires_at(steady_clock::now() + silence);
    const auto piece = co_await lease->read_piece();
    if (!piece) co_return no_reply(piece.error(), silence);
    if (piece->empty()) break;
    const Result result = splitter.feed(*piece, std::ref(on_event));
    if (result == Result::stopped) co_return end;
    const net::Failure too_large{.kind = net::FailureKind::too_large, .detail = {}, .sent = true, .answered = true};
    if (result == Result::too_long) co_return no_reply(too_large, {});
    const std::chrono::milliseconds time = gather_time();
    if (time.count() > 0) co_await lease->gather(time);
  }
  if (const std::string_view rest = splitter.last(); !rest.empty()) on_event(rest);
  co_return end;
}

std::vector<http::Header> Client::Impl::headers_of(const kube::Request& request, const Pass& pass) const {
  std::string accepted(kube::json_type);
  if (request.answer == kube::Encoding::protobuf) accepted.insert(0, std::string(kube::protobuf_type) + ",");
  if (request.any_type) accepted += ",*/*";
  std::vector<http::Header> headers{{"Accept", std::move(accepted)}};
  if (!options_.user_agent.empty()) headers.push_back({"User-Agent", options_.user_agent});
  const bool compressed = options_.compression && !config_.disable_compression && request.verb == kube::Verb::list;
  if (compressed) headers.push_back({"Accept-Encoding", "gzip"});
  if (!request.content_type.empty()) headers.push_back({"Content-Type", request.content_type});
  headers.insert(headers.end(), pass.headers.begin(), pass.headers.end());
  return headers;
}

/// Records what the answer means for later requests and for metrics. Status 0: there was no answer.
void Client::Impl::note(const kube::Request& request, unsigned status, std::optional<std::chrono::seconds> retry_after,
                        steady_clock::time_point begin) {
  const auto now = steady_clock::now();
  pace_.answered(now, status, retry_after);
  observer_.answered(request, status, now - begin);
}

Client::Client(asio::any_io_executor executor, Config config, ClientOptions options, ClientObserver observer)
    : impl_(std::make_shared<Impl>(std::move(executor), std::move(config), std::move(options), std::move(observer))) {}

Client::~Client() {
  close();
}

Awaitable<kube::Outcome> Client::send(kube::Request request) {
  return Impl::send(impl_, std::move(request));
}

Awaitable<kube::Outcome> Client::stream(kube::Request request, OnEvent on_event, GatherTime gather_time,
                                        OnAccepted on_accepted, Patience patience) {
  return Impl::stream(impl_, std::move(request), std::move(on_event), std::move(gather_time), std::move(on_accepted),
                      std::move(patience));
}

void Client::close() {
  impl_->close();
}

std::shared_ptr<Identity> Client::identity() const {
  return impl_->identity();
}

}  // namespace everynode::cluster
