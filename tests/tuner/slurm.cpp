#include "tuner/cluster/slurm.hpp"

#include <cstdlib>

#include "search/base/error.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/process.hpp"
#include "tuner/cluster/child.hpp"
#include "tuner/cluster/job_file.hpp"
#include "tuner/cluster/status_text.hpp"
#include "tuner/cluster/visibility.hpp"

using namespace tune::tuner;
using tune::base::InputError;
using tune::tests::Folder;
using Words = std::vector<std::string>;

namespace {

/// PATH begins with a folder of programs that a test writes, as long as this lives.
class FakePrograms {
 public:
  explicit FakePrograms(const Folder& folder) : before_(std::getenv("PATH")) {
    setenv("PATH", ((folder / "").string() + ':' + before_).c_str(), 1);
  }
  ~FakePrograms() { setenv("PATH", before_.c_str(), 1); }

 private:
  std::string before_;
};

void write_program(const Folder& folder, const std::string& name, const std::string& body) {
  const auto path = folder.write(name, "#!/bin/sh\n" + body);
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
}

WorkerJob job() {
  return {.name = "houses",
          .workers = 8,
          .jobs = 2,
          .folder = "/home/me/runs/houses",
          .program = "/opt/tune",
          .secret = "/home/me/runs/houses/slurm/storage",
          .run = {"run", "--space", "/home/me/it's.ini", "--out", "/home/me/runs/houses"},
          .data = {}};
}

}  // namespace

TEST_CASE("a child's arguments are not read by a shell") {
  const Finished finished = run_child(Words{"printf", "%s|", "a b", "$HOME", "'", "*", ""});
  CHECK(finished.status == 0);
  CHECK(finished.output == "a b|$HOME|'|*||");
  CHECK(finished.errors.empty());
}

TEST_CASE("a child's two streams are read however much it writes") {
  const Finished finished = run_child(
      Words{"sh", "-c", "head -c 300000 /dev/zero; head -c 300000 /dev/zero >&2; exit 7"});
  CHECK(finished.status == 7);
  CHECK(finished.output.size() == 300000);
  CHECK(finished.errors.size() == 300000);
  CHECK(run_child(Words{"sh", "-c", "kill -9 $$"}).status == 137);
}

TEST_CASE("a child has no input, and none of the variables that are hidden") {
  CHECK(run_child(Words{"cat"}).output.empty());
  setenv("TUNE_TEST_SECRET", "x", 1);
  const Words hidden = {"TUNE_TEST_SECRET"};
  const Words command = {"sh", "-c", "echo ${TUNE_TEST_SECRET-none}"};
  CHECK(run_child(command).output == "x\n");
  CHECK(run_child(command, hidden).output == "none\n");
  unsetenv("TUNE_TEST_SECRET");
}

TEST_CASE("a program that is not there is named") {
  CHECK_THROWS_WITH(run_child(Words{"no-such-program"}),
                    "no-such-program: there is no such program in PATH");
}

TEST_CASE("the script of a job array becomes a run and its workers") {
  CHECK(submit_script(job()) ==
        R"(#!/bin/bash
#SBATCH --job-name="houses"
#SBATCH --array=1-8
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=2
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --signal=B:TERM@60
#SBATCH --output="/home/me/runs/houses/slurm/%A_%a.log"
set -eu
TUNE_STORAGE=$(cat '/home/me/runs/houses/slurm/storage')
export TUNE_STORAGE
if [ "$SLURM_ARRAY_TASK_ID" = 1 ]; then
  exec '/opt/tune' 'run' '--space' '/home/me/it'\''s.ini' '--out' '/home/me/runs/houses'
fi
exec '/opt/tune' 'worker' '--study' 'houses' '--jobs' '2'
)");
}

TEST_CASE("what is special to sbatch in a path is not in its way") {
  WorkerJob odd = job();
  odd.name = "50% \"a\\b\"";
  odd.folder = "/home/50%/my runs";
  odd.data = "/data/it's";
  const std::string script = submit_script(odd);
  INFO(script);
  CHECK(script.find("--job-name=\"50% \\\"a\\\\b\\\"\"\n") != std::string::npos);
  CHECK(script.find("--output=\"/home/50%%/my runs/slurm/%A_%a.log\"\n") != std::string::npos);
  CHECK(script.find("export TUNE_DATA='/data/it'\\''s'\n") != std::string::npos);
}

TEST_CASE("a job is submitted with the user's options and its number is kept") {
  const Folder folder;
  const FakePrograms programs(folder);
  write_program(folder, "sbatch",
                "printf '%s|' \"$@\" \"${TUNE_STORAGE-none}\" >" + (folder / "seen").string() +
                    "\necho '12;main'\n");
  setenv("TUNE_STORAGE", "postgresql://me:secret@host/db", 1);
  CHECK(submit_job("/a b/submit.sh", {"--partition=long", "-t", "2:00:00"}) == "12");
  unsetenv("TUNE_STORAGE");
  CHECK(tune::tests::contents(folder / "seen") ==
        "--parsable|--partition=long|-t|2:00:00|/a b/submit.sh|none|");
}

TEST_CASE("what sbatch says of an error comes to the user in a line") {
  const Folder folder;
  const FakePrograms programs(folder);
  write_program(folder, "sbatch",
                "echo 'sbatch: error: invalid partition' >&2; echo 'sbatch: error: x' >&2; exit 1");
  CHECK_THROWS_WITH(submit_job("s", {}), "sbatch: error: invalid partition sbatch: error: x");
  write_program(folder, "sbatch", "exit 3");
  CHECK_THROWS_WITH(submit_job("s", {}), "sbatch: exit status 3");
  write_program(folder, "sbatch", "echo Submitted batch job 12");
  CHECK_THROWS_AS(submit_job("s", {}), InputError);
}

TEST_CASE("tasks are read from squeue") {
  const std::vector<SlurmTask> tasks =
      parse_tasks("12_1|RUNNING|n1|1:02|None\n12_2|PENDING||0:00|Resources\n");
  REQUIRE(tasks.size() == 2);
  CHECK(tasks[0] == SlurmTask{"12_1", "RUNNING", "n1", "1:02", "None"});
  CHECK(tasks[1] == SlurmTask{"12_2", "PENDING", "", "0:00", "Resources"});
  CHECK(parse_tasks("").empty());
  CHECK_THROWS_AS(parse_tasks("slurm is down\n"), InputError);
}

TEST_CASE("a job that Slurm has forgotten has no tasks") {
  const Folder folder;
  const FakePrograms programs(folder);
  write_program(folder, "squeue",
                "echo 'slurm_load_jobs error: Invalid job id specified' >&2; exit 1");
  CHECK(tasks_of("12").empty());
  write_program(folder, "squeue", "echo 'Unable to contact slurm controller' >&2; exit 1");
  CHECK_THROWS_WITH(tasks_of("12"), "squeue: Unable to contact slurm controller");
}

TEST_CASE("nodes are this machine if all are") {
  const std::string two =
      "NodeName=n1 NodeAddr=127.0.0.1 NodeHostName=vm Port=1\n"
      "NodeName=n2 NodeAddr=127.0.0.1 NodeHostName=vm.example.org Port=2\n";
  CHECK(all_nodes_are("vm", two));
  CHECK(all_nodes_are("vm.local", two));
  CHECK_FALSE(all_nodes_are("login", two));
  CHECK_FALSE(all_nodes_are("vm", two + "NodeName=n3 NodeHostName=n3\n"));
  CHECK_FALSE(all_nodes_are("vm", "No nodes in the system\n"));
}

TEST_CASE("a folder keeps its job, and the store's URL from others") {
  const Folder folder;
  CHECK_FALSE(read_job(folder / ""));
  const SubmittedJob job{"12", "houses", 8, 2, {"--partition", "long"}};
  write_job(folder / "", job);
  CHECK(read_job(folder / "") == job);
  folder.write("slurm.json", R"({"job": 12})");
  CHECK_THROWS_WITH(read_job(folder / ""),
                    (folder / "slurm.json").string() + ": not a file of tune submit");

  std::filesystem::create_directory(folder / "slurm");
  const std::string url = "postgresql://me:secret@host/db";
  const std::filesystem::path file = keep_secret(folder / "", url);
  CHECK(read_secret(folder / "") == url);
  using std::filesystem::perms;
  const auto of_others = perms::group_all | perms::others_all;
  CHECK((std::filesystem::status(file).permissions() & of_others) == perms::none);
  CHECK((std::filesystem::status(folder / "slurm").permissions() & of_others) == perms::none);
  std::filesystem::remove(file);
  CHECK_THROWS_AS(read_secret(folder / ""), InputError);
}

TEST_CASE("a status says how far study and job are") {
  CHECK(study_text({.running = 8, .complete = 31, .pruned = 2, .failed = 1, .workers = 4}, "houses",
                   50) ==
        "houses: 34 of 50 trials ended (2 pruned, 1 failed), 8 running; 4 workers\n");
  CHECK(study_text({.left = 2, .others = 3}, "x", 1) ==
        "x: 0 of 1 trial ended, 0 running, 2 to be run again; 0 workers; 3 trials of others\n");
  const SubmittedJob job{"12", "houses", 12, 2, {}};
  CHECK(job_text(job, {}) == "job 12: has ended\n");
  std::vector<SlurmTask> tasks = {{"12_2", "PENDING", "", "0:00", "Resources"}};
  for (int i = 3; i < 13; ++i) {
    tasks.push_back(
        {"12_" + std::to_string(i), "RUNNING", "n" + std::to_string(i), "0:07", "None"});
  }
  CHECK(job_text(job, {tasks.begin(), tasks.begin() + 2}) ==
        "job 12: 2 of 12 workers in the queue\n"
        "  pending  1  12_2 (Resources)\n"
        "  running  1  12_3 on n3 for 0:07\n");
  CHECK(job_text(job, tasks).find("running  10  12_3 on n3") != std::string::npos);
  CHECK(job_text(job, tasks).find("...") != std::string::npos);
}

TEST_CASE("a file system of this machine alone is named") {
  CHECK(local_file_system("/dev/shm/not/there/yet") == std::optional<std::string>("tmpfs"));
  CHECK_FALSE(local_file_system("/proc/self"));
}

TEST_CASE("a store that other machines cannot reach is known by its host") {
  unsetenv("PGHOST");
  for (const char* url :
       {"postgresql://localhost/db", "postgresql://me@/db?host=/tmp/x",
        "postgresql://me:p@127.0.0.1:5432/db", "postgresql:///db", "postgresql://me@[::1]/db",
        "postgresql://me@%2Fvar%2Frun:5432/db", "postgresql://me@/db?a=b"}) {
    INFO(url);
    CHECK(is_loopback(url));
  }
  for (const char* url :
       {"postgresql://db.example.org/tune", "postgresql://me:p@w@10.0.0.1:5432/db",
        "postgresql://localhost:pw@db/x"}) {
    INFO(url);
    CHECK_FALSE(is_loopback(url));
  }
}
