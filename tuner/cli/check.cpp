#include "tuner/cli/check.hpp"

#include <algorithm>
#include <iostream>

#include "tuner/cli/lint.hpp"
#include "tuner/cli/rules.hpp"
#include "tuner/cli/setup.hpp"
#include "tuner/report/text.hpp"

namespace tune::tuner {
namespace {

/// What is a default has no line: it gets the file's name in place of its section.
base::Place in_file(base::Place place, const std::filesystem::path& file) {
  if (place.line == 0 && place.file.starts_with('[')) place.file = file.string();
  return place;
}

}  // namespace

int check(const CommandLine& line) {
  const Spec spec = Spec::read(line.space, line.overrides);
  const search::Setting setting = setting_of(spec);
  const auto strategy = make_strategy(spec, setting);
  check_warm_start(spec, *strategy);
  Findings findings = lint_space(spec);
  const auto add = [&](Findings more) { std::ranges::move(more, std::back_inserter(findings)); };
  add(lint_study(spec, setting, *strategy));
  if (line.load_data) {
    const Estimator estimator(spec, load_data(spec));
    rules_of(spec, setting, *strategy, estimator);  // for what it refuses
    add(lint_steps(spec, *strategy, estimator));
  }

  for (Finding& finding : findings) finding.place = in_file(finding.place, line.space);
  std::ranges::stable_sort(findings, {}, [](const Finding& f) { return f.place.line; });
  for (const Finding& finding : findings) {
    std::cout << finding.place.prefix() << finding.text << '\n';
  }
  if (findings.empty()) std::cout << line.space.string() << ": no findings\n";
  std::cout << std::flush;
  return findings.empty() ? 0 : 1;
}

}  // namespace tune::tuner
