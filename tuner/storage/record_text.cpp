#include "tuner/storage/record_text.hpp"

#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "search/base/error.hpp"

namespace tune::tuner {
namespace {

using Json = nlohmann::json;
using State = TrialRecord::State;

std::string text(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

template <class Read>
auto parsed(const std::string& text, Read read) {
  try {
    return read(Json::parse(text));
  } catch (const Json::exception& error) {
    throw base::InputError(std::string("a trial of the store cannot be read: ") + error.what());
  }
}

/// JSON has no word for what is not finite.
Json number(double value) {
  if (std::isfinite(value)) return value;
  return std::isnan(value) ? "nan" : value > 0 ? "inf" : "-inf";
}

double number_of(const Json& json) {
  if (json.is_number()) return json.get<double>();
  const std::string& word = json.get_ref<const std::string&>();
  if (word == "nan") return std::nan("");
  return word == "-inf" ? -HUGE_VAL : HUGE_VAL;
}

Json numbers(const std::vector<double>& values) {
  Json list = Json::array();
  for (const double value : values) list.push_back(number(value));
  return list;
}

std::vector<double> numbers_of(const Json& list) {
  std::vector<double> values;
  values.reserve(list.size());
  for (const Json& value : list) values.push_back(number_of(value));
  return values;
}

/// Scores, training scores, epochs, best epoch, seconds to fit and to score, and where the pruner
/// ended it and why: a list, as there are many.
Json fold_json(const FoldResult& fold) {
  Json json = {numbers(fold.scores), numbers(fold.train_scores),
               fold.epochs,          fold.best_epoch,
               fold.fit_time,        fold.score_time};
  if (fold.pruned) json.insert(json.end(), {*fold.pruned, fold.verdict});
  return json;
}

FoldResult fold_of(const Json& json) {
  FoldResult fold;
  fold.scores = numbers_of(json.at(0));
  fold.train_scores = numbers_of(json.at(1));
  fold.epochs = json.at(2);
  fold.best_epoch = json.at(3);
  fold.fit_time = json.at(4);
  fold.score_time = json.at(5);
  if (json.size() > 6) fold.pruned = json.at(6).get<int>();
  if (json.size() > 7) fold.verdict = json.at(7);
  return fold;
}

State state_of(const Json& json) {
  const std::string& word = json.get_ref<const std::string&>();
  for (const State state : {State::complete, State::pruned}) {
    if (word == to_text(state)) return state;
  }
  return State::failed;
}

base::Value value_of(const Json& json) {
  if (json.is_number_integer()) return json.get<std::int64_t>();
  if (json.is_number()) return json.get<double>();
  return json.get<std::string>();
}

/// The names of all figures of a trial.
std::set<std::string> figures(const TrialRecord& record) {
  std::set<std::string> names;
  for (const FoldResult& fold : record.folds) {
    for (const model::Logs& logs : fold.history) {
      for (const auto& [name, value] : logs) names.insert(name);
    }
  }
  return names;
}

/// null: the epoch has no such figure.
Json epoch_json(const model::Logs& logs, const std::set<std::string>& names) {
  Json row = Json::array();
  for (const std::string& name : names) {
    const auto found = logs.find(name);
    row.push_back(found == logs.end() ? Json() : number(found->second));
  }
  return row;
}

}  // namespace

std::string proposal_text(const search::Proposal& proposal) {
  Json configuration = Json::object();
  for (const auto& [name, value] : proposal.configuration) {
    std::visit([&, &key = name](const auto& v) { configuration[key] = v; }, value);
  }
  Json json = {{"configuration", std::move(configuration)}, {"epochs", proposal.epochs}};
  if (proposal.parent) json["parent"] = *proposal.parent;
  if (proposal.stage) json["stage"] = {proposal.stage->bracket, proposal.stage->rung};
  if (!proposal.origin.empty()) json["origin"] = proposal.origin;
  return text(json);
}

search::Proposal proposal_of(const std::string& text) {
  return parsed(text, [](const Json& json) {
    search::Proposal proposal;
    for (const auto& [name, value] : json.at("configuration").items()) {
      proposal.configuration.emplace(name, value_of(value));
    }
    proposal.epochs = json.at("epochs");
    if (json.contains("parent")) proposal.parent = json.at("parent").get<std::size_t>();
    if (json.contains("stage")) {
      proposal.stage = search::Stage{json.at("stage").at(0), json.at("stage").at(1)};
    }
    proposal.origin = json.value("origin", "");
    return proposal;
  });
}

std::string record_text(const TrialRecord& record) {
  Json folds = Json::array();
  for (const FoldResult& fold : record.folds) folds.push_back(fold_json(fold));
  Json json = {{"state", to_text(record.state)}, {"budget", record.budget}, {"folds", folds}};
  if (!record.failure.empty()) json["failure"] = record.failure;
  return text(json);
}

TrialRecord record_of(const std::string& text, std::size_t number, const search::Proposal& proposal,
                      int from) {
  return parsed(text, [&](const Json& json) {
    TrialRecord record;
    record.number = number;
    record.configuration = proposal.configuration;
    record.parent = proposal.parent;
    record.from = from;
    record.stage = proposal.stage;
    record.origin = proposal.origin;
    record.state = state_of(json.at("state"));
    record.budget = json.at("budget");
    if (json.contains("failure")) record.failure = json.at("failure");
    for (const Json& fold : json.at("folds")) record.folds.push_back(fold_of(fold));
    return record;
  });
}

std::string history_text(const TrialRecord& record) {
  const std::set<std::string> names = figures(record);
  Json folds = Json::array();
  for (const FoldResult& fold : record.folds) {
    Json epochs = Json::array();
    for (const model::Logs& logs : fold.history) epochs.push_back(epoch_json(logs, names));
    folds.push_back(std::move(epochs));
  }
  return text({{"figures", names}, {"folds", std::move(folds)}});
}

void restore_history(TrialRecord& record, const std::string& text) {
  parsed(text, [&](const Json& json) {
    const std::vector<std::string> names = json.at("figures");
    for (std::size_t f = 0; f < record.folds.size(); ++f) {
      std::vector<model::Logs>& history = record.folds[f].history;
      history.clear();
      for (const Json& row : json.at("folds").at(f)) {
        model::Logs& logs = history.emplace_back();
        for (std::size_t i = 0; i < names.size(); ++i) {
          if (!row.at(i).is_null()) logs.emplace(names[i], number_of(row.at(i)));
        }
      }
    }
    return 0;
  });
}

}  // namespace tune::tuner
