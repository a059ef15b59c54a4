#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace tune::tuner {

/// A job array whose tasks are the workers of a study.
struct WorkerJob {
  std::string name;               ///< of the study
  std::size_t workers = 1;        ///< tasks
  std::size_t jobs = 1;           ///< CPUs and fits at a time of each
  std::filesystem::path folder;   ///< of the results; as all paths here, absolute
  std::filesystem::path program;  ///< `tune`
  std::filesystem::path secret;   ///< the file that holds the store's URL
  std::vector<std::string> run;   ///< arguments of the first task, which writes the results
  std::string data;               ///< the variable TUNE_DATA; empty: it is not set
};

/// The script that sbatch takes: each task becomes `tune` (no shell stays behind), the first one as
/// the run that writes the results, all others as workers. A task whose node dies or that gives way
/// to others is queued again. The store's URL, which may hold a password, goes through the
/// environment: command lines can be seen by everybody on a node.
std::string submit_script(const WorkerJob& job);

/// Submits a script and returns the job's number. Throws InputError with what sbatch says.
std::string submit_job(const std::filesystem::path& script,
                       const std::vector<std::string>& options);

/// A task of a job array that waits or runs.
struct SlurmTask {
  std::string name;    ///< "12_3"
  std::string state;   ///< RUNNING, PENDING, ...
  std::string node;    ///< empty: none yet
  std::string time;    ///< that it has run
  std::string reason;  ///< why it waits

  bool operator==(const SlurmTask&) const = default;
};

/// Those that have not ended; none if the job is long gone. Throws InputError with what squeue
/// says.
std::vector<SlurmTask> tasks_of(const std::string& job);
/// What tasks_of reads: a line a task, "12_3|RUNNING|n1|0:12|None".
std::vector<SlurmTask> parse_tasks(const std::string& lines);

/// Ends a job. Throws InputError with what scancel says.
void cancel_job(const std::string& job);

/// Are all nodes of the cluster this machine? Then they see what it sees.
bool all_nodes_here();
/// The same of what `scontrol --oneliner show nodes` prints.
bool all_nodes_are(const std::string& host, const std::string& lines);

}  // namespace tune::tuner
