#include "model/builders/fitting.hpp"

#include <algorithm>

#include "model/builders/merged_keys.hpp"
#include "model/callbacks/rates.hpp"

namespace tune::model {
namespace {

using Task = Problem::Task;
using base::Key;
using base::Reader;

/// The options of losses but for those that go without saying.
std::string loss_key(const std::string& option) {
  if (option == "label_smoothing") return option;
  return option == "delta" ? "huber_delta" : "";
}

std::string optimizer_key(const std::string& option) {
  return option;
}

/// The rate that a schedule starts from, or goes up to, is learning_rate.
bool is_rate(const std::string& option) {
  return option == "initial_learning_rate" || option == "max_rate" || option == "learning_rate";
}
std::string schedule_key(const std::string& option) {
  return is_rate(option) ? "" : "schedule_" + option;
}

std::vector<std::string> loss_names() {
  std::vector<std::string> names = {"auto"};
  for (const std::string& name : losses().names()) {
    if (name != "perceptron") names.push_back(name);
  }
  return names;
}

std::vector<std::string> schedule_names() {
  std::vector<std::string> names = schedules().names();
  names.emplace_back("plateau");
  return names;
}

std::vector<Key> plateau_keys() {
  const ReduceLROnPlateauOptions usual;
  return {
      base::real_key("plateau_factor", usual.factor, 0, 0.99,
                     "plateau: the rate's factor each time"),
      base::integer_key("plateau_patience", std::int64_t{usual.patience}, 0, 1e6,
                        "plateau: epochs without a better loss before the rate is reduced"),
      base::real_key("plateau_min_delta", usual.min_delta, 0, 1e9,
                     "plateau: a loss is better if it is lower by more than this"),
      base::integer_key("plateau_cooldown", std::int64_t{usual.cooldown}, 0, 1e6,
                        "plateau: epochs after a reduction that do not count"),
      base::real_key("plateau_min_lr", usual.min_lr, 0, 1e6, "plateau: lowest rate"),
  };
}

std::string default_loss(const Reader& options, Task task) {
  switch (task) {
    case Task::regression:
      return "mse";
    case Task::multiclass:
      return options.real("label_smoothing") > 0 ? "categorical_crossentropy"
                                                 : "sparse_categorical_crossentropy";
    default:
      return "binary_crossentropy";
  }
}

LossPtr loss_for(const Reader& options, Task task) {
  const std::string name =
      options.is("loss", "auto") ? default_loss(options, task) : options.text("loss");
  const bool classes = name.ends_with("categorical_crossentropy");
  if (classes != (task == Task::multiclass)) {
    throw base::InputError(
        "loss: " + name +
        (classes ? " needs task = multiclass"
                 : " does not fit task = multiclass; use sparse_categorical_crossentropy"));
  }
  return make_row(losses().at(name), options, loss_key);
}

double learning_rate(const Reader& options, const Optimizers::Row& optimizer) {
  if (!options.is("learning_rate", "auto")) return options.real("learning_rate");
  return base::to_number(*base::find_key(optimizer.keys, "learning_rate")->fallback);
}

/// Null: the rate stays, or a callback changes it.
SchedulePtr schedule_for(const Reader& options, double rate) {
  const std::string name = options.text("schedule");
  if (name == "constant" || name == "plateau") return nullptr;
  const auto& row = schedules().at(name);
  base::Configuration given;
  for (const Key& key : row.keys) {
    if (is_rate(key.name)) given[key.name] = rate;
  }
  return make_row(row, options, schedule_key, given);
}

ReduceLROnPlateauOptions plateau_options(const Reader& options) {
  return {.factor = options.real("plateau_factor"),
          .patience = static_cast<int>(options.integer("plateau_patience")),
          .min_delta = options.real("plateau_min_delta"),
          .cooldown = static_cast<int>(options.integer("plateau_cooldown")),
          .min_lr = options.real("plateau_min_lr")};
}

Callbacks plateau_callback(ReduceLROnPlateauOptions options, bool validated) {
  options.monitor = validated ? "val_loss" : "loss";
  Callbacks callbacks;
  callbacks.push_back(std::make_unique<ReduceLROnPlateau>(std::move(options)));
  return callbacks;
}

/// The rows of a registry that have an option of the builder.
template <class Signature>
std::vector<std::string> rows_with(const base::Registry<Signature>& registry, KeyName key_name,
                                   std::string_view option) {
  std::vector<std::string> names;
  for (const auto& row : registry.rows()) {
    if (std::ranges::any_of(row.keys, [&](const Key& key) { return key_name(key.name) == option; }))
      names.push_back(row.name);
  }
  return names;
}

}  // namespace

std::optional<Users> users_of(std::string_view option) {
  if (base::find_key(plateau_keys(), option) != nullptr) return Users{"schedule", {"plateau"}};
  for (const auto& users : {Users{"optimizer", rows_with(optimizers(), optimizer_key, option)},
                            Users{"schedule", rows_with(schedules(), schedule_key, option)}}) {
    if (!users.values.empty()) return users;
  }
  return std::nullopt;
}

std::vector<Key> fitting_keys() {
  std::vector<Key> keys = {
      base::name_key("loss", "auto", loss_names(),
                     "what training makes small; auto: by task, for several classes with "
                     "label_smoothing the categorical one")};
  const auto add = [&](std::vector<Key> more) {
    for (Key& key : more) keys.push_back(std::move(key));
  };
  add(merged_keys(losses(), loss_key));
  add({base::name_key("optimizer", "sgd", optimizers().names(), "how weights are updated")});
  add(merged_keys(optimizers(), optimizer_key));
  add({base::name_key("schedule", "constant", schedule_names(),
                      "how the rate goes on from learning_rate (onecycle: up to it; piecewise has "
                      "its own); plateau: down when the validation loss, or the training loss "
                      "where there is none, stalls")});
  add(merged_keys(schedules(), schedule_key));
  add(plateau_keys());
  return keys;
}

Recipe make_recipe(NetworkPtr network, const Reader& options, const Problem& problem,
                   std::vector<float> loss_weights) {
  const auto& optimizer = optimizers().at(options.text("optimizer"));
  const std::size_t outputs = network->outputs().size();
  Recipe recipe{Model(std::move(network))};
  recipe.model.compile({.optimizer = make_row(optimizer, options, optimizer_key),
                        .schedule = schedule_for(options, learning_rate(options, optimizer)),
                        .losses = std::vector(outputs, loss_for(options, problem.task)),
                        .loss_weights = std::move(loss_weights)});
  if (options.is("schedule", "plateau")) {
    recipe.callbacks = [plateau = plateau_options(options)](bool validated) {
      return plateau_callback(plateau, validated);
    };
  }
  return recipe;
}

}  // namespace tune::model
