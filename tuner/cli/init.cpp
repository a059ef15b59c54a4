#include "tuner/cli/init.hpp"

#include <iostream>

#include "search/base/error.hpp"
#include "tuner/cli/draft.hpp"
#include "tuner/cli/setup.hpp"
#include "tuner/report/atomic_file.hpp"
#include "tuner/study/estimator.hpp"

namespace tune::tuner {
namespace {

namespace fs = std::filesystem;

/// The data's path as it is to stand in a space file in `folder`: from there, if it lies below.
fs::path path_from(const fs::path& folder, const fs::path& data) {
  const fs::path full = fs::absolute(data).lexically_normal();
  const fs::path below = full.lexically_relative((fs::current_path() / folder).lexically_normal());
  return below.empty() || below.begin()->string() == ".." ? full : below;
}

/// Throws if it would not run.
void try_out(const std::string& text, const std::string& file, const fs::path& folder) {
  const Spec spec = Spec::from(parse_ini(text, file), folder, {});
  const search::Setting setting = setting_of(spec);
  make_strategy(spec, setting);
  const Estimator estimator(spec, load_data(spec));
}

}  // namespace

void init(const CommandLine& line) {
  const bool to_terminal = line.out == "-";
  const fs::path out = line.out.empty() || to_terminal ? fs::path("space.ini") : line.out;
  if (!to_terminal && fs::exists(out)) {
    throw base::InputError(out.string() +
                           ": exists already; give another file with --out FILE, or - to see it");
  }
  const CsvProfile data = profile_csv(line.data);
  const std::string target = line.target.empty() ? likely_target(data) : line.target;
  const fs::path folder = out.parent_path();
  const std::string text = draft_space(data, target, path_from(folder, line.data));
  try_out(text, out.string(), folder);
  if (to_terminal) {
    std::cout << text << std::flush;
    return;
  }
  write_file(out, [&](std::ostream& file) { file << text; });
  std::cout << "predicts " << target
            << (line.target.empty() ? " (--target COLUMN: another one)" : "") << "; "
            << out.string() << " is there: look it through, then\n  tune --space " << out.string()
            << std::endl;
}

}  // namespace tune::tuner
