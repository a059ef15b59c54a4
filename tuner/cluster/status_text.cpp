#include "tuner/cluster/status_text.hpp"

#include <algorithm>
#include <cctype>
#include <map>

#include "tuner/cli/table.hpp"
#include "tuner/report/text.hpp"

namespace tune::tuner {
namespace {

/// Tasks that are named; of more, their number is enough.
constexpr std::size_t kNamed = 8;

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

std::string where(const SlurmTask& task) {
  if (!task.node.empty()) return task.name + " on " + task.node + " for " + task.time;
  return task.name + " (" + task.reason + ')';
}

}  // namespace

std::string study_text(const StudyCounts& counts, const std::string& name, std::size_t trials) {
  std::string text =
      name + ": " + grouped_digits(counts.ended()) + " of " + counted(trials, "trial") + " ended";
  std::string of;
  if (counts.pruned > 0) of = grouped_digits(counts.pruned) + " pruned";
  if (counts.failed > 0) {
    of += (of.empty() ? "" : ", ") + grouped_digits(counts.failed) + " failed";
  }
  if (!of.empty()) text += " (" + of + ')';
  text += ", " + grouped_digits(counts.running) + " running";
  if (counts.left > 0) text += ", " + grouped_digits(counts.left) + " to be run again";
  text += "; " + counted(counts.workers, "worker");
  if (counts.others > 0) text += "; " + counted(counts.others, "trial") + " of others";
  return text + '\n';
}

std::string job_text(const SubmittedJob& job, const std::vector<SlurmTask>& tasks) {
  std::string text = "job " + job.job + ": ";
  if (tasks.empty()) return text + "has ended\n";
  text +=
      grouped_digits(tasks.size()) + " of " + counted(job.workers, "worker") + " in the queue\n";
  std::map<std::string, std::vector<const SlurmTask*>> by_state;
  for (const SlurmTask& task : tasks) by_state[lower(task.state)].push_back(&task);
  std::vector<std::vector<std::string>> lines;
  for (const auto& [state, of] : by_state) {
    std::string named;
    for (std::size_t i = 0; i < std::min(of.size(), kNamed); ++i) {
      named += (i == 0 ? "" : ", ") + where(*of[i]);
    }
    if (of.size() > kNamed) named += ", ...";
    lines.push_back({state, grouped_digits(of.size()), named});
  }
  return text + columns(lines, 2, 100);
}

}  // namespace tune::tuner
