#include "child.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

// glibc 2.36 does not declare it as a C function for C++.
extern "C" {
#include <sys/pidfd.h>
}

#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <cstring>
#include <expected>
#include <memory>
#include <utility>

#include "everynode/net/as_result.hpp"

namespace everynode::cluster {
namespace {

namespace asio = boost::asio;
using Descriptor = asio::posix::stream_descriptor;

constexpr std::size_t kept_errors = 4096;
/// After the program's end we read its output for this long: a process that it started may keep the output open.
constexpr std::chrono::milliseconds after_its_end{500};

struct Pipe {
  int read = -1;
  int write = -1;

  bool open() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) return false;
    read = ends[0];
    write = ends[1];
    return true;
  }
  /// Closes our copy of the child's end.
  void close_write() { close(std::exchange(write, -1)); }
};

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

/// The program gets standard input, output and error, and no other descriptor of ours; signals are as at a program's
/// start. Opens the pipes. The error is errno's.
std::expected<pid_t, int> start(ChildOptions& options, Pipe& output, Pipe& errors) {
  if (!output.open() || !errors.open()) return std::unexpected(errno);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  if (!options.reads_our_input) posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output.write, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, errors.write, STDERR_FILENO);
  posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);

  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  sigset_t all;
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setpgroup(&attributes, 0);
  const int group = options.own_group ? POSIX_SPAWN_SETPGROUP : 0;
  posix_spawnattr_setflags(&attributes, static_cast<short>(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | group));

  pid_t pid = -1;
  const std::vector<char*> arguments = pointers_to(options.arguments);
  const std::vector<char*> environment = pointers_to(options.environment);
  const int error =
      posix_spawn(&pid, options.program.c_str(), &actions, &attributes, arguments.data(), environment.data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return std::unexpected(error);
  return pid;
}

/// The state that the reads, the timer and the wait for the child's end share.
class Child : public std::enable_shared_from_this<Child> {
 public:
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  Child(const asio::any_io_executor& executor, ChildOptions options)
      : options_(std::move(options)),
        output_(executor),
        errors_(executor),
        process_(executor),
        clock_(executor),
        done_(executor, asio::steady_timer::time_point::max()) {}
  ~Child() { end_it(); }

  /// The error is errno's.
  [[nodiscard]] std::expected<void, int> start();
  Awaitable<ChildEnd> finish();

 private:
  using Buffer = std::array<char, 4096>;

  void read_output();
  void read_errors();
  void await_end();
  void give_up_after(std::chrono::milliseconds time, ChildEnd::How how);
  void settle();
  void end_it();
  void note_status(int status);

  ChildOptions options_;
  pid_t pid_ = -1;
  Descriptor output_;
  Descriptor errors_;
  Descriptor process_;  ///< readable when the child has ended
  asio::steady_timer clock_;
  asio::steady_timer done_;
  Buffer output_buffer_{};
  Buffer errors_buffer_{};
  int open_ = 2;  ///< how many of its standard output and error are open
  bool ended_ = false;
  bool given_up_ = false;
  ChildEnd end_;
};

std::expected<void, int> Child::start() {
  Pipe output;
  Pipe errors;
  const auto started = cluster::start(options_, output, errors);
  if (output.write >= 0) output.close_write();
  if (errors.write >= 0) errors.close_write();
  if (output.read >= 0) output_.assign(output.read);
  if (errors.read >= 0) errors_.assign(errors.read);
  if (!started) return std::unexpected(started.error());
  pid_ = *started;
  const int process = pidfd_open(pid_, 0);
  if (process < 0) {
    const int error = errno;
    end_it();
    return std::unexpected(error);
  }
  process_.assign(process);
  read_output();
  read_errors();
  await_end();
  give_up_after(options_.timeout, ChildEnd::How::timed_out);
  return {};
}

void Child::read_output() {
  output_.async_read_some(asio::buffer(output_buffer_), [self = shared_from_this()](auto error, std::size_t size) {
    self->end_.output.append(self->output_buffer_.data(), size);
    const bool flooded = self->end_.output.size() > self->options_.output_limit;
    if (flooded) return self->give_up_after({}, ChildEnd::How::flooded);
    if (!error) return self->read_output();
    --self->open_;
    self->settle();
  });
}

void Child::read_errors() {
  errors_.async_read_some(asio::buffer(errors_buffer_), [self = shared_from_this()](auto error, std::size_t size) {
    std::string& errors = self->end_.errors;
    errors.append(self->errors_buffer_.data(), size);
    if (errors.size() > kept_errors) errors.erase(0, errors.size() - kept_errors);
    if (self->options_.shows_errors && size > 0) {
      [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, self->errors_buffer_.data(), size);
    }
    if (!error) return self->read_errors();
    --self->open_;
    self->settle();
  });
}

void Child::await_end() {
  process_.async_wait(Descriptor::wait_read, [self = shared_from_this()](auto error) {
    if (error || self->given_up_) return;
    int status = 0;
    waitpid(self->pid_, &status, 0);
    self->ended_ = true;
    self->note_status(status);
    self->give_up_after(after_its_end, self->end_.how);
    self->settle();
  });
}

/// Nothing waits for the child any more.
void Child::end_it() {
  if (pid_ < 0 || ended_) return;
  kill(options_.own_group ? -pid_ : pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  ended_ = true;
}

void Child::note_status(int status) {
  end_.how = WIFSIGNALED(status) ? ChildEnd::How::signalled : ChildEnd::How::exited;
  end_.code = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
}

void Child::give_up_after(std::chrono::milliseconds time, ChildEnd::How how) {
  clock_.expires_after(time);
  clock_.async_wait([self = shared_from_this(), how](auto error) {
    if (error) return;
    self->given_up_ = true;
    self->end_.how = how;
    self->done_.cancel();
  });
}

void Child::settle() {
  if (ended_ && open_ == 0) done_.cancel();
}

Awaitable<ChildEnd> Child::finish() {
  const auto self = shared_from_this();
  co_await done_.async_wait(net::as_result);
  clock_.cancel();
  end_it();
  boost::system::error_code ignored;
  for (Descriptor* descriptor : {&output_, &errors_, &process_}) descriptor->close(ignored);
  co_return std::move(end_);
}

}  // namespace

Awaitable<ChildEnd> run_child(asio::any_io_executor executor, ChildOptions options) {
  const auto child = std::make_shared<Child>(executor, std::move(options));
  const auto started = child->start();
  if (!started) {
    std::string why = std::strerror(started.error());
    co_return ChildEnd{.how = ChildEnd::How::not_started, .code = 0, .output = {}, .errors = std::move(why)};
  }
  ChildEnd end = co_await child->finish();
  co_return end;
}

}  // namespace everynode::cluster
