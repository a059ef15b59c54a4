#include "tuner/storage/open_study.hpp"

#include "search/base/error.hpp"
#include "tuner/storage/schema.hpp"

namespace tune::tuner {
namespace {

using base::InputError;

std::string listed(const std::vector<std::string>& names) {
  constexpr std::size_t kMost = 10;
  std::string text;
  for (std::size_t i = 0; i < names.size() && i < kMost; ++i) {
    text += (i == 0 ? "" : ", ") + names[i];
  }
  return names.size() > kMost ? text + ", ..." : text;
}

std::string only_study(Database& database) {
  const std::vector<std::string> names = study_names(database);
  if (names.size() == 1) return names.front();
  throw InputError(database.url().text() +
                   (names.empty()
                        ? ": there is no study in it"
                        : ": has several studies, one of which is to be named: " + listed(names)));
}

}  // namespace

OpenStudy open_stored(const StorageUrl& storage, const std::string& name) {
  OpenStudy study{.database = std::make_unique<Database>(storage, Database::Mode::reading),
                  .name = name};
  Database& database = *study.database;
  database.read([&] {
    require_tables(database);
    study.name = name.empty() ? only_study(database) : name;
    const auto found = find_study(database, study.name);
    if (!found) {
      throw InputError(storage.text() + ": study '" + study.name + "' is not there" +
                       base::suggestion(study.name, study_names(database)));
    }
    study.id = *found;
    study.ours = read_study(database, study.id).has_value();
  });
  return study;
}

StudyEntry own_entry(const OpenStudy& study) {
  if (!study.ours) {
    throw InputError(study.database->url().text() + ": study '" + study.name +
                     "' was made by Optuna");
  }
  StudyEntry entry;
  study.database->read([&] { entry = read_study(*study.database, study.id).value(); });
  return entry;
}

}  // namespace tune::tuner
