#include "tuner/cli/submit.hpp"

#include <array>
#include <cstdlib>
#include <iostream>

#include "search/base/error.hpp"
#include "tuner/cli/prepared.hpp"
#include "tuner/cli/setup.hpp"
#include "tuner/cluster/job_file.hpp"
#include "tuner/cluster/slurm.hpp"
#include "tuner/cluster/status_text.hpp"
#include "tuner/cluster/visibility.hpp"
#include "tuner/report/atomic_file.hpp"
#include "tuner/report/text.hpp"
#include "tuner/storage/open_study.hpp"

namespace tune::tuner {
namespace {

namespace fs = std::filesystem;
using base::InputError;

constexpr std::array kDataFiles = {"csv",        "test_csv",    "idx_images",
                                   "idx_labels", "test_images", "test_labels"};

/// The program itself, of a portable build the one for this machine's instructions: results are the
/// same bits on all nodes then, or those that lack an instruction fail at once.
fs::path this_file() {
  return fs::read_symlink("/proc/self/exe");
}

fs::path folder_of(const CommandLine& line, const Spec& spec) {
  return fs::absolute(line.out.empty() ? fs::path("runs") / spec.study().text("name") : line.out)
      .lexically_normal();
}

/// A window that keeps workers waiting for each other.
void check_window(const Spec& spec, const search::Strategy& strategy, const CommandLine& line) {
  const bool waits =
      strategy.adaptive() || strategy.schedule() != nullptr || spec.pruner() != nullptr;
  const auto window = static_cast<std::uint64_t>(spec.study().integer("window"));
  const auto fits =
      static_cast<std::uint64_t>(line.workers) * static_cast<std::uint64_t>(line.jobs);
  if (!waits || window >= fits) return;
  base::fail(spec.place("study", "window"),
             std::to_string(window) + " is less than the " + std::to_string(fits) + " jobs of " +
                 counted(static_cast<std::uint64_t>(line.workers), "worker") +
                 ", which would wait for each other; at least " + std::to_string(fits) +
                 ", better several times as many if trials are of different length");
}

/// What the nodes have to see, by what names it.
std::vector<std::pair<std::string, fs::path>> files_of(const Spec& spec, const CommandLine& line,
                                                       const fs::path& out,
                                                       const StorageUrl& storage) {
  std::vector<std::pair<std::string, fs::path>> files = {
      {"the program", this_file()}, {"--space", line.space}, {"--out", out}};
  if (storage.is_file()) files.emplace_back("--storage", storage.file());
  for (const char* key : kDataFiles) {
    if (!spec.data().has(key)) continue;
    const fs::path file = spec.located([&] { return find_data(spec.data(), key, spec.folder()); });
    std::string place = spec.place("data", key).prefix();
    files.emplace_back(place.substr(0, place.size() - 2), file);
  }
  return files;
}

void check_visible(const Spec& spec, const CommandLine& line, const fs::path& out,
                   const StorageUrl& storage) {
  if (all_nodes_here()) return;
  if (storage.is_file() && line.workers > 1) {
    throw InputError("--storage: " + storage.text() + " is a file of SQLite, which " +
                     std::to_string(line.workers) +
                     " workers on several machines cannot share; take "
                     "postgresql://USER@HOST/DATABASE");
  }
  if (!storage.is_file() && is_loopback(storage.connection())) {
    throw InputError("--storage: " + storage.text() +
                     " answers on this machine alone, and the nodes are others; name its host");
  }
  if (line.paths_shared) return;
  for (const auto& [what, file] : files_of(spec, line, out, storage)) {
    const fs::path path = fs::weakly_canonical(file);
    const auto system = local_file_system(path);
    if (!system) continue;
    throw InputError(what + ": " + path.string() + " lies on this machine's own " + *system +
                     ", which the nodes do not see; move it to a shared file system, or say "
                     "--paths-shared if every node has the same there");
  }
}

/// Records the study, so that workers find it whichever starts first.
void open_in_store(const Spec& spec, const StorageUrl& storage) {
  const Prepared study(spec, 0);
  Database database(storage, Database::Mode::create);
  open_study(database, study.entry());
}

/// The first task writes the results, as the user's own run would.
std::vector<std::string> run_arguments(const CommandLine& line, const fs::path& out) {
  std::vector<std::string> words = {
      "run",        "--space", fs::absolute(line.space).string(), "--out",
      out.string(), "--jobs",  std::to_string(line.jobs)};
  for (const Entry& entry : line.overrides) {
    words.push_back("--" + entry.section + '.' + entry.key + '=' + entry.value);
  }
  return words;
}

/// A line on the study of a job.
std::string progress_of(const SubmittedJob& job, const StorageUrl& storage) {
  const OpenStudy study = open_stored(storage, job.study);
  const Spec spec = Spec::from_portable(own_entry(study).space, "study " + job.study);
  const search::Setting setting = setting_of(spec);
  const std::size_t trials = trials_of(spec, *make_strategy(spec, setting));
  return study_text(count_trials(*study.database, study.id), job.study, trials);
}

SubmittedJob job_of(const fs::path& folder) {
  if (const auto job = read_job(folder)) return *job;
  throw InputError(folder.string() + ": no job has been submitted here");
}

}  // namespace

void submit(const CommandLine& given) {
  CommandLine line = given;
  line.jobs = std::max(line.jobs, 1);
  const Spec spec = Spec::read(line.space, line.overrides);
  const search::Setting setting = setting_of(spec);
  const auto strategy = make_strategy(spec, setting);
  const StorageUrl storage(line.storage);
  const fs::path out = folder_of(line, spec);
  check_window(spec, *strategy, line);
  check_visible(spec, line, out, storage);
  if (const auto before = read_job(out); before && !tasks_of(before->job).empty()) {
    throw InputError(out.string() + ": job " + before->job +
                     " is at work here: tune status DIR, tune cancel DIR");
  }
  open_in_store(spec, storage);

  const std::string name = spec.study().text("name");
  const fs::path secret = keep_secret(out, storage.absolute());
  const char* data = std::getenv("TUNE_DATA");
  const WorkerJob job{.name = name,
                      .workers = static_cast<std::size_t>(line.workers),
                      .jobs = static_cast<std::size_t>(line.jobs),
                      .folder = out,
                      .program = this_file(),
                      .secret = secret,
                      .run = run_arguments(line, out),
                      .data = data == nullptr ? "" : fs::absolute(data).string()};
  const fs::path script = out / "submit.sh";
  write_file(script, [&](std::ostream& text) { text << submit_script(job); });
  const std::string number = submit_job(script, line.rest);
  write_job(out, {number, name, job.workers, job.jobs, line.rest});
  std::cout << "job " << number << ": " << counted(job.workers, "worker") << " with "
            << counted(job.jobs, "job") << " each for study " << name << " in " << storage.text()
            << "\nresults come to " << out.string() << "; tune status and tune cancel take it\n";
}

void status(const CommandLine& line) {
  const SubmittedJob job = job_of(line.results);
  try {
    std::cout << progress_of(job, StorageUrl(read_secret(line.results)));
  } catch (const std::exception&) {
    // The job can be seen also where the store cannot.
    std::cout << job_text(job, tasks_of(job.job)) << std::flush;
    throw;
  }
  std::cout << job_text(job, tasks_of(job.job)) << std::flush;
}

void cancel(const CommandLine& line) {
  const SubmittedJob job = job_of(line.results);
  const std::size_t tasks = tasks_of(job.job).size();
  if (tasks > 0) cancel_job(job.job);
  std::cout << "job " << job.job
            << (tasks > 0 ? ": " + counted(tasks, "task") + " ended" : " has ended already")
            << "; what study " << job.study << " has recorded stays, and tune submit goes on\n";
}

}  // namespace tune::tuner
