#include "tuner/storage/lease.hpp"

#include <libpq-fe.h>
#include <soci/postgresql/soci-postgresql.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <thread>
#include <utility>

#include "tuner/storage/database.hpp"
#include "tuner/storage/process_id.hpp"

namespace tune::tuner {
namespace {

namespace asio = boost::asio;

/// Those who wait look at more than the store: whether they are to stop, whether a process of this
/// host has ended.
constexpr std::chrono::seconds kWake{1};
constexpr std::chrono::milliseconds kLook{200};

/// Rows of processes that have been gone for so long are removed, in seconds. One that was only
/// stopped and comes back later than that has no part in its study any more.
constexpr int kForgotten = 7 * 24 * 3600;

std::chrono::steady_clock::duration duration(double seconds) {
  return std::chrono::duration_cast<std::chrono::steady_clock::duration>(
      std::chrono::duration<double>(seconds));
}

}  // namespace

struct Lease::Loop {
  Loop(const StorageUrl& url, long long s, double lease)
      : database(url, Database::Mode::existing), study(s), seconds(lease) {
    database.change(Database::Durable::if_far, [&] {
      const std::string process = this_process();
      const std::string now(database.now());
      database.sql() << "DELETE FROM tune_workers WHERE study_id = :study AND lease_until < " << now
                     << " - " << kForgotten,
          soci::use(study);
      database.sql()
          << "INSERT INTO tune_workers (study_id, process, lease_until) SELECT study_id, "
             ":process, "
          << now << " + :lease FROM studies WHERE study_id = :study RETURNING worker_id",
          soci::use(process), soci::use(seconds), soci::use(study), soci::into(worker);
      if (!database.sql().got_data()) {
        throw std::runtime_error(url.text() + ": the study has just been removed");
      }
    });
    every(renewal, duration(seconds / 3), [this] { renew(); });
    every(waker, kWake, [this] {
      second = true;
      if (database.is_postgres() && !socket) renew();
      call();
    });
    if (database.is_postgres()) {
      listen();
    } else {
      every(looker, kLook, [this] { look(); });
    }
    // While a server is away, those who wait are to be woken all the same: one attempt at a time.
    database.give_up_with(&once);
    thread = std::thread([this] { context.run(); });
  }

  ~Loop() {
    context.stop();
    thread.join();
    if (socket) socket->release();
    try {
      database.change(Database::Durable::no, [&] {
        database.sql() << "DELETE FROM tune_workers WHERE worker_id = :worker", soci::use(worker);
      });
    } catch (const std::exception&) {
      // It runs out.
    }
  }

  void every(asio::steady_timer& timer, std::chrono::steady_clock::duration period,
             std::function<void()> action) {
    timer.expires_after(period);
    timer.async_wait(
        [this, &timer, period, action = std::move(action)](const boost::system::error_code& error) {
          if (error) return;
          action();
          every(timer, period, action);
        });
  }

  void renew() {
    try {
      database.change(Database::Durable::no, [&] {
        database.sql() << "UPDATE tune_workers SET lease_until = " << database.now()
                       << " + :lease WHERE worker_id = :worker",
            soci::use(seconds), soci::use(worker);
      });
      if (database.is_postgres()) listen();
    } catch (const std::exception&) {
      // The next one may get through.
    }
    notice();
  }

  /// Notifications come over the socket of the connection, which is another one after it was lost.
  void listen() {
    if (socket && generation == database.generation()) return;
    if (socket) socket->release();
    socket.reset();
    database.change(Database::Durable::no, [&] { database.sql() << "LISTEN tune"; });
    generation = database.generation();
    connection =
        static_cast<soci::postgresql_session_backend*>(database.sql().get_backend())->conn_;
    socket.emplace(context, PQsocket(connection));
    hear();
  }

  void hear() {
    socket->async_wait(asio::posix::stream_descriptor::wait_read,
                       [this](const boost::system::error_code& error) {
                         // A connection that was replaced meanwhile is gone.
                         if (error || generation != database.generation()) return;
                         if (PQconsumeInput(connection) == 0) return lost();
                         bool told = false;
                         while (PGnotify* notice = PQnotifies(connection)) {
                           told = told || notice->extra == std::to_string(study);
                           PQfreemem(notice);
                         }
                         if (told) notice();
                         hear();
                       });
  }

  /// The waker connects again.
  void lost() {
    socket->release();
    socket.reset();
    notice();
  }

  void look() {
    try {
      long long now = 0;
      database.sql() << "PRAGMA data_version", soci::into(now);
      if (std::exchange(version, now) != now) notice();
    } catch (const std::exception&) {
      // It is busy: the next look sees it.
    }
  }

  void notice() {
    changed = true;
    call();
  }

  void call() {
    const std::lock_guard lock(mutex);
    if (wake) wake();
  }

  Database database;
  const long long study;
  const double seconds;
  long long worker = 0;
  std::atomic<bool> changed = true, second = true;
  const std::atomic<bool> once = true;
  std::mutex mutex;  ///< of `wake`
  std::function<void()> wake;
  long long version = 0;         ///< SQLite: changes of the file by others
  PGconn* connection = nullptr;  ///< PostgreSQL: that of `database`, which listens
  int generation = 0;            ///< of it
  asio::io_context context{1};
  asio::steady_timer renewal{context}, waker{context}, looker{context};
  std::optional<asio::posix::stream_descriptor> socket;
  std::thread thread;
};

Lease::Lease(const StorageUrl& url, long long study, double seconds)
    : loop_(std::make_unique<Loop>(url, study, seconds)) {}
Lease::~Lease() = default;

long long Lease::worker() const {
  return loop_->worker;
}

double Lease::seconds() const {
  return loop_->seconds;
}

bool Lease::take_changed() {
  return loop_->changed.exchange(false);
}

bool Lease::take_second() {
  return loop_->second.exchange(false);
}

void Lease::on_change(std::function<void()> wake) {
  const std::lock_guard lock(loop_->mutex);
  loop_->wake = std::move(wake);
}

}  // namespace tune::tuner
