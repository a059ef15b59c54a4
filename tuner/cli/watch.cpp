#include "tuner/cli/watch.hpp"

#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <csignal>
#include <thread>

namespace tune::tuner {
namespace {

constexpr std::chrono::milliseconds kTick{100};

}  // namespace

struct Watch::Loop {
  explicit Loop(Options o)
      : options(std::move(o)),
        signals(context, SIGINT, SIGTERM),
        deadline(context),
        ticker(context) {
    wait_for_signal();
    if (options.time_limit) {
      deadline.expires_after(std::chrono::duration_cast<std::chrono::steady_clock::duration>(
          std::chrono::duration<double>(*options.time_limit)));
      deadline.async_wait([this](const boost::system::error_code& error) {
        if (!error) stop = true;
      });
    }
    if (options.tick) tick();
    thread = std::thread([this] { context.run(); });
  }

  ~Loop() {
    context.stop();
    thread.join();
  }

  void wait_for_signal() {
    signals.async_wait([this](const boost::system::error_code& error, int) {
      if (error) return;
      if (interrupted) {
        if (options.farewell) options.farewell();
        _exit(130);
      }
      interrupted = true;
      stop = true;
      wait_for_signal();
    });
  }

  void tick() {
    options.tick();
    ticker.expires_after(kTick);
    ticker.async_wait([this](const boost::system::error_code& error) {
      if (!error) tick();
    });
  }

  Options options;
  std::atomic<bool> stop = false, interrupted = false;
  boost::asio::io_context context{1};
  boost::asio::signal_set signals;
  boost::asio::steady_timer deadline, ticker;
  std::thread thread;
};

Watch::Watch(Options options) : loop_(std::make_unique<Loop>(std::move(options))) {}
Watch::~Watch() = default;

const std::atomic<bool>& Watch::stop() const {
  return loop_->stop;
}
bool Watch::interrupted() const {
  return loop_->interrupted;
}

}  // namespace tune::tuner
