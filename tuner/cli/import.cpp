#include "tuner/cli/import.hpp"

#include <iostream>
#include <map>

#include "search/base/error.hpp"
#include "tuner/report/csv_study.hpp"
#include "tuner/report/study_history.hpp"
#include "tuner/report/text.hpp"
#include "tuner/spec/ini.hpp"
#include "tuner/storage/open_study.hpp"
#include "tuner/storage/optuna_writer.hpp"
#include "tuner/storage/trial_rows.hpp"

namespace tune::tuner {
namespace {

using base::InputError;

/// The intermediate values of all trials, as Optuna has or would have them.
std::vector<Step> steps_of(const StudyPlace& place, const StoredStudy& study) {
  std::vector<Step> steps;
  if (!place.store()) return steps;
  StudyHistory history(place);
  for (std::size_t i = 0; i < study.records.size(); ++i) {
    TrialRecord record = study.records[i];
    history.read(record);
    if (study.ours) {
      int step = record.from;
      for (const double value : intermediate_values(record, study.metrics.front())) {
        steps.push_back({i, ++step, value});
      }
    } else if (!record.folds.empty()) {
      for (const model::Logs& logs : record.folds[0].history) {
        steps.push_back({i, static_cast<int>(logs.at("step")), logs.at("value")});
      }
    }
  }
  return steps;
}

/// What users have set on a study of Optuna and on those of its trials that are imported.
std::vector<UserAttribute> attributes_of(const StudyPlace& place, const StoredStudy& study) {
  if (study.ours || !place.store()) return {};
  const OpenStudy source = open_stored(*place.store(), place.name);
  std::vector<UserAttribute> attributes;
  source.database->read([&] { attributes = read_user_attributes(*source.database, source.id); });
  std::map<std::size_t, std::size_t> positions;
  for (const TrialRecord& record : study.records) {
    positions.emplace(record.number, positions.size());
  }
  std::erase_if(attributes, [&](const UserAttribute& attribute) {
    return attribute.trial && !positions.contains(*attribute.trial);
  });
  for (UserAttribute& attribute : attributes) {
    if (attribute.trial) attribute.trial = positions.at(*attribute.trial);
  }
  return attributes;
}

void refuse_options_of_csv(const CommandLine& line) {
  const char* option = !line.score.empty()        ? "--score"
                       : !line.parameters.empty() ? "--parameters"
                       : line.maximize            ? "--maximize"
                                                  : nullptr;
  if (option == nullptr) return;
  throw InputError(std::string(option) + ": is for a CSV, which " + line.source + " is not");
}

}  // namespace

void import_study(const CommandLine& line) {
  StoredStudy study;
  OptunaStudy written;
  if (StudyPlace::is_url(line.source) || std::filesystem::is_directory(line.source)) {
    refuse_options_of_csv(line);
    const StudyPlace place = StudyPlace::parse(line.source);
    study = load_study(place);
    written.steps = steps_of(place, study);
    written.attributes = attributes_of(place, study);
  } else {
    study = parse_csv_study(read_text(line.source), line.source,
                            {line.score, line.parameters, line.maximize});
    study.name = std::filesystem::path(line.source).stem().string();
  }
  written.name = line.study.empty() ? study.name : line.study;
  written.objectives = Objectives(study.metrics).first(study.objectives);
  written.space = &study.space;
  written.records = &study.records;
  Database database(StorageUrl(line.storage), Database::Mode::create);
  write_optuna_study(database, written);
  std::cout << counted(study.records.size(), "trial") << " in study '" << written.name << "' of "
            << database.url().text() << std::endl;
}

}  // namespace tune::tuner
