#include <algorithm>
#include <filesystem>

#include "tests/support/catch.hpp"
#include "tests/support/process.hpp"

using namespace tune::tests;

namespace {

/// The program beside programs that stand for Slurm's, whose nodes are other machines.
class Cluster {
 public:
  Cluster() {
    folder_.write("space.ini",
                  "[study]\nname = moons\nstrategy = tpe\ntrials = 3\n[data]\ngenerator = "
                  "moons(90)\n[training]\nepochs = 2\n[space]\nn_hidden = int(1, 5)\n");
    program("scontrol", "echo NodeName=n1 NodeHostName=n1; echo NodeName=n2 NodeHostName=n2");
    program("sbatch", "echo \"$*\" >sbatch.seen; echo 12");
    program("squeue",
            "echo \"$*\" >squeue.seen; echo '12_1|RUNNING|n1|0:07|None'; echo "
            "'12_2|PENDING||0:00|Resources'");
    program("scancel", "echo \"$*\" >scancel.seen");
  }

  void program(const std::string& name, const std::string& body) const {
    const auto path = folder_.write(name, "#!/bin/sh\n" + body + '\n');
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  }

  /// What the program says; `before` sets variables.
  Result tune(const std::string& arguments, const std::string& before = {}) const {
    const std::string here = (folder_ / "").string();
    return run("cd " + here + " && env -u TUNE_STORAGE PATH=" + here + ":$PATH " + before + ' ' +
               TUNE_PROGRAM + ' ' + arguments);
  }

  std::string text(const std::string& file) const { return contents(folder_ / file); }
  const Folder& folder() const { return folder_; }

 private:
  Folder folder_;
};

}  // namespace

TEST_CASE("submit writes a script, submits it and keeps the job") {
  const Cluster cluster;
  const Result result = cluster.tune(
      "submit --space space.ini --storage sqlite:///study.db --workers 1 --jobs 2 --paths-shared "
      "--training.epochs 3 -- --partition long");
  INFO(result.output);
  REQUIRE(result.status == 0);
  CHECK(result.output.starts_with("job 12: 1 worker with 2 jobs each for study moons in "));
  const std::string out = (cluster.folder() / "runs/moons").string();
  CHECK(cluster.text("sbatch.seen") == "--parsable --partition long " + out + "/submit.sh\n");
  const std::string script = cluster.text("runs/moons/submit.sh");
  INFO(script);
  CHECK(script.find("#SBATCH --array=1-1\n") != std::string::npos);
  CHECK(script.find("'run' '--space' '" + (cluster.folder() / "space.ini").string() +
                    "' '--out' '" + out + "' '--jobs' '2' '--training.epochs=3'\n") !=
        std::string::npos);
  CHECK(cluster.text("runs/moons/slurm/storage") ==
        "sqlite:///" + (cluster.folder() / "study.db").string() + '\n');

  const Result status = cluster.tune("status runs/moons");
  CHECK(status.output ==
        "moons: 0 of 3 trials ended, 0 running; 0 workers\n"
        "job 12: 2 of 1 worker in the queue\n"
        "  pending  1  12_2 (Resources)\n"
        "  running  1  12_1 on n1 for 0:07\n");
  CHECK(status.status == 0);
  const Result again = cluster.tune(
      "submit --space space.ini --storage sqlite:///study.db --workers 1 --paths-shared");
  CHECK(again.output ==
        "tune: " + out + ": job 12 is at work here: tune status DIR, tune cancel DIR\n");
  CHECK(again.status == 2);

  const Result cancelled = cluster.tune("cancel runs/moons");
  CHECK(cancelled.output ==
        "job 12: 2 tasks ended; what study moons has recorded stays, and tune submit goes on\n");
  CHECK(cluster.text("scancel.seen") == "12\n");
}

TEST_CASE("a script that was submitted runs the study and leaves its results") {
  const Cluster cluster;
  cluster.program("sbatch",
                  "for script; do :; done; SLURM_ARRAY_TASK_ID=1 bash $script >&2; echo 12");
  const Result result = cluster.tune("submit --space space.ini --workers 1 --paths-shared",
                                     "TUNE_STORAGE=sqlite:///study.db");
  INFO(result.output);
  CHECK(result.status == 0);
  CHECK(std::filesystem::exists(cluster.folder() / "runs/moons/results.csv"));
  CHECK(cluster.tune("status runs/moons").output.starts_with("moons: 3 of 3 trials ended, "));
}

TEST_CASE("submit refuses by name what cannot go well on other machines") {
  const Cluster cluster;
  const auto refused = [&](const std::string& arguments) {
    const Result result = cluster.tune("submit --space space.ini " + arguments);
    CHECK(result.status == 2);
    return result.output;
  };
  const std::string server = "--storage postgresql://me:secret@127.0.0.1:1/db ";
  CHECK(refused("--workers 2").starts_with("tune: --storage URL is missing: "));
  CHECK(refused("--workers 2 --storage sqlite:///a.db")
            .starts_with("tune: --storage: a.db is a file of SQLite, which 2 workers"));
  CHECK(refused("--workers 5 --jobs 2 " + server)
            .starts_with("tune: [study]: window: 8 is less than the 10 jobs of 5 workers"));
  const std::string loopback = refused("--workers 4 --jobs 2 --paths-shared " + server);
  CHECK(loopback ==
        "tune: --storage: postgresql://me@127.0.0.1:1/db answers on this machine alone, and the "
        "nodes are others; name its host\n");
  // Whatever the tests' folder lies on, the shared memory is this machine's.
  const std::string local =
      refused("--workers 4 --storage postgresql://me@db.invalid/db --out /dev/shm/tune-none");
  CHECK(local.find("lies on this machine's own ") != std::string::npos);
  CHECK(local.find("--paths-shared") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(cluster.folder() / "runs"));
}

TEST_CASE("workers get a store's URL with all that it says") {
  const Cluster cluster;
  REQUIRE(cluster
              .tune("submit --space space.ini --storage 'sqlite:///study.db?timeout=5' --workers 1 "
                    "--paths-shared")
              .status == 0);
  CHECK(cluster.text("runs/moons/slurm/storage") ==
        "sqlite:///" + (cluster.folder() / "study.db").string() + "?timeout=5\n");
}

TEST_CASE("a job can be seen where its store cannot") {
  const Cluster cluster;
  REQUIRE(cluster
              .tune("submit --space space.ini --storage sqlite:///study.db --workers 1 "
                    "--paths-shared")
              .status == 0);
  std::filesystem::remove(cluster.folder() / "study.db");
  const Result result = cluster.tune("status runs/moons");
  INFO(result.output);
  CHECK(result.status == 2);
  CHECK(result.output.starts_with("job 12: 2 of 1 worker in the queue\n"));
  CHECK(result.output.find("\ntune: ") != std::string::npos);
  cluster.folder().write("study.db", "");
  CHECK(cluster.tune("status runs/moons")
            .output.ends_with("study.db: has no studies of tune or Optuna\n"));
}

TEST_CASE("status and cancel need a folder with a job") {
  const Cluster cluster;
  CHECK(cluster.tune("status nowhere").output == "tune: nowhere: no job has been submitted here\n");
  CHECK(cluster.tune("cancel .").output == "tune: .: no job has been submitted here\n");
}
