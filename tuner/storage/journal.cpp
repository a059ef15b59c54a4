#include "tuner/storage/journal.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "search/base/error.hpp"

namespace tune::tuner {
namespace {

using Json = nlohmann::ordered_json;

Json to_json(const base::Configuration& configuration) {
  Json json = Json::object();
  for (const auto& [name, value] : configuration) {
    std::visit([&, &key = name](const auto& v) { json[key] = v; }, value);
  }
  return json;
}

Json to_json(const FoldResult& fold) {
  Json json = {{"scores", fold.scores},        {"train_scores", fold.train_scores},
               {"epochs", fold.epochs},        {"best_epoch", fold.best_epoch},
               {"history", fold.history},      {"fit_time", fold.fit_time},
               {"score_time", fold.score_time}};
  if (fold.pruned) json["pruned"] = *fold.pruned;
  return json;
}

}  // namespace

Journal::Journal(const std::filesystem::path& file, const std::string& study,
                 const std::string& data)
    : file_(file),
      descriptor_(open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0644)) {
  if (descriptor_ < 0) {
    throw base::InputError(file.string() + ": cannot be created: " + std::strerror(errno));
  }
  write_line(Json{{"study", study}, {"data", data}}.dump());
}

Journal::~Journal() {
  close(descriptor_);
}

void Journal::append(const TrialRecord& record) {
  Json folds = Json::array();
  for (const FoldResult& fold : record.folds) folds.push_back(to_json(fold));
  Json json = {{"trial", record.number}, {"state", to_text(record.state)}};
  if (record.stage) {
    json["bracket"] = record.stage->bracket;
    json["rung"] = record.stage->rung;
  }
  json["budget"] = record.budget;
  if (record.parent) json["parent"] = *record.parent;
  json["configuration"] = to_json(record.configuration);
  if (!record.failure.empty()) json["failure"] = record.failure;
  json["folds"] = std::move(folds);
  // What a failed fit throws may hold any bytes.
  write_line(json.dump(-1, ' ', false, Json::error_handler_t::replace));
}

void Journal::write_line(const std::string& line) {
  const std::string text = line + '\n';
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t wrote = write(descriptor_, text.data() + done, text.size() - done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0)
      throw std::runtime_error(file_.string() + ": cannot be written: " + std::strerror(errno));
    done += static_cast<std::size_t>(wrote);
  }
}

}  // namespace tune::tuner
