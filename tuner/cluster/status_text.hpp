#pragma once

#include <string>
#include <vector>

#include "tuner/cluster/job_file.hpp"
#include "tuner/cluster/slurm.hpp"
#include "tuner/storage/study_counts.hpp"

namespace tune::tuner {

/// "houses: 34 of 50 trials ended (2 pruned, 1 failed), 8 running; 4 workers"
std::string study_text(const StudyCounts& counts, const std::string& name, std::size_t trials);

/// A line for the job and one for each state of its tasks, with the nodes or the reasons: "job 12:
/// 3 of 4 workers in the queue", "  running  2: 12_1 on n1, 12_2 on n2".
std::string job_text(const SubmittedJob& job, const std::vector<SlurmTask>& tasks);

}  // namespace tune::tuner
