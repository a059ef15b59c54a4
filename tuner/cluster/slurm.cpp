#include "tuner/cluster/slurm.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <regex>
#include <sstream>

#include "search/base/error.hpp"
#include "tuner/cluster/child.hpp"

namespace tune::tuner {
namespace {

namespace fs = std::filesystem;
using base::InputError;
using Words = std::vector<std::string>;

/// Seconds before the end of a time limit at which a task gives its trials back.
constexpr int kNotice = 60;

/// A word for a shell.
std::string quoted(const std::string& word) {
  std::string text = "'";
  for (const char c : word) {
    if (c == '\'') {
      text += "'\\''";
    } else {
      text += c;
    }
  }
  return text + '\'';
}

/// A value for an #SBATCH line, of which sbatch takes quotes and backslashes away.
std::string directive(const std::string& value) {
  std::string text = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
  return text + '"';
}

/// A path in a pattern of sbatch's, in which % begins a field.
std::string pattern(const fs::path& path) {
  std::string text;
  for (const char c : path.string()) {
    text += c;
    if (c == '%') text += c;
  }
  return text;
}

std::string joined(const Words& words) {
  std::string text;
  for (const std::string& word : words) text += ' ' + quoted(word);
  return text;
}

/// What a command printed, which must have succeeded.
std::string output_of(const Words& command) {
  // sbatch would keep it with the job.
  const std::string hidden[] = {"TUNE_STORAGE"};
  const Finished finished = run_child(command, hidden);
  if (finished.status == 0) return finished.output;
  std::string said = finished.errors.empty() ? finished.output : finished.errors;
  std::ranges::replace(said, '\n', ' ');
  while (said.ends_with(' ')) said.pop_back();
  if (said.empty()) said = "exit status " + std::to_string(finished.status);
  const std::string prefix = command[0] + ": ";
  throw InputError(said.starts_with(prefix) ? said : prefix + said);
}

/// The first part of a name, up to its domain.
std::string short_name(const std::string& host) {
  return host.substr(0, host.find('.'));
}

}  // namespace

std::string submit_script(const WorkerJob& job) {
  const std::string jobs = std::to_string(job.jobs);
  std::string text = "#!/bin/bash\n";
  const auto option = [&](const std::string& name) { text += "#SBATCH --" + name + '\n'; };
  option("job-name=" + directive(job.name));
  option("array=1-" + std::to_string(job.workers));
  option("ntasks=1");
  option("cpus-per-task=" + jobs);
  option("requeue");
  option("open-mode=append");
  option("signal=B:TERM@" + std::to_string(kNotice));
  option("output=" + directive(pattern(job.folder / "slurm") + "/%A_%a.log"));
  text += "set -eu\n";
  if (!job.data.empty()) text += "export TUNE_DATA=" + quoted(job.data) + '\n';
  text += "TUNE_STORAGE=$(cat " + quoted(job.secret) + ")\nexport TUNE_STORAGE\n";
  const std::string program = quoted(job.program);
  text += "if [ \"$SLURM_ARRAY_TASK_ID\" = 1 ]; then\n  exec " + program + joined(job.run) +
          "\nfi\nexec " + program + joined({"worker", "--study", job.name, "--jobs", jobs}) + '\n';
  return text;
}

std::string submit_job(const fs::path& script, const std::vector<std::string>& options) {
  Words command = {"sbatch", "--parsable"};
  command.insert(command.end(), options.begin(), options.end());
  command.push_back(script.string());
  // "12" or "12;cluster"
  const std::string output = output_of(command);
  const std::string job = output.substr(0, output.find_first_of(";\n"));
  if (job.empty() || !std::ranges::all_of(job, [](char c) { return c >= '0' && c <= '9'; })) {
    throw InputError("sbatch: expected the number of a job, found '" + output + "'");
  }
  return job;
}

std::vector<SlurmTask> parse_tasks(const std::string& lines) {
  std::vector<SlurmTask> tasks;
  std::istringstream in(lines);
  for (std::string line; std::getline(in, line);) {
    std::array<std::string, 5> fields;
    std::istringstream rest(line);
    for (std::string& field : fields) std::getline(rest, field, '|');
    if (fields[1].empty()) throw InputError("squeue: not the line of a task: '" + line + "'");
    tasks.push_back({fields[0], fields[1], fields[2], fields[3], fields[4]});
  }
  return tasks;
}

std::vector<SlurmTask> tasks_of(const std::string& job) {
  const Words command = {"squeue", "--noheader", "--array", "--jobs=" + job,
                         "--format=%i|%T|%N|%M|%r"};
  const Finished finished = run_child(command);
  // Slurm forgets a job some minutes after its end.
  if (finished.errors.find("Invalid job id") != std::string::npos) return {};
  return parse_tasks(finished.status == 0 ? finished.output : output_of(command));
}

void cancel_job(const std::string& job) {
  output_of({"scancel", job});
}

bool all_nodes_are(const std::string& host, const std::string& lines) {
  static const std::regex name(R"(\bNodeHostName=(\S+))");
  const std::sregex_iterator first(lines.begin(), lines.end(), name), last;
  return first != last && std::all_of(first, last, [&](const std::smatch& match) {
           return short_name(match[1]) == short_name(host);
         });
}

bool all_nodes_here() {
  std::array<char, 256> host{};
  if (gethostname(host.data(), host.size() - 1) != 0) return false;
  return all_nodes_are(host.data(), output_of({"scontrol", "--oneliner", "show", "nodes"}));
}

}  // namespace tune::tuner
