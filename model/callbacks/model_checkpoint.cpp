#include "model/callbacks/model_checkpoint.hpp"

#include <cstdio>

#include "model/io/keras_h5.hpp"
#include "model/io/keras_weights.hpp"
#include "search/base/error.hpp"

namespace tune::model {
namespace {

using base::InputError;

/// A number by what of Python's format specifications makes sense in a file name: 02d, .3f, .2e;
/// an empty one is Python's str().
std::string format(const std::string& field, const std::string& spec, double value, bool integer) {
  if (spec.empty()) {
    return integer ? std::to_string(static_cast<int>(value)) : base::to_text(base::Value(value));
  }
  const char kind = spec.back();
  const std::string digits = spec.substr(0, spec.size() - 1);
  const bool known = integer ? kind == 'd' : kind == 'f' || kind == 'e' || kind == 'g';
  if (!known || digits.size() > 5 || digits.find_first_not_of("0123456789.") != std::string::npos) {
    throw InputError("ModelCheckpoint: '{" + field + ':' + spec + "}' is not understood" +
                     (integer ? "; a whole number is written as {epoch:02d}"
                              : "; a figure is written as {val_loss:.4f}"));
  }
  char text[512];
  const std::string pattern = '%' + digits + kind;
  if (integer) {
    std::snprintf(text, sizeof text, pattern.c_str(), static_cast<int>(value));
  } else {
    std::snprintf(text, sizeof text, pattern.c_str(), value);
  }
  return text;
}

std::string fill(const std::string& field, int epoch, const Logs& logs) {
  const std::size_t colon = std::min(field.find(':'), field.size());
  const std::string name = field.substr(0, colon);
  const std::string spec = colon < field.size() ? field.substr(colon + 1) : "";
  if (name == "epoch") return format(name, spec, epoch + 1, true);
  if (const auto found = logs.find(name); found != logs.end()) {
    return format(name, spec, found->second, false);
  }
  std::vector<std::string> names = {"epoch"};
  for (const auto& [figure, value] : logs) names.push_back(figure);
  throw InputError("ModelCheckpoint: there is no '" + name + "' for the path" +
                   base::suggestion(name, names));
}

}  // namespace

std::string checkpoint_path(const std::string& pattern, int epoch, const Logs& logs) {
  std::string path;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const std::size_t end = pattern[i] == '{' ? pattern.find('}', i) : std::string::npos;
    if (end == std::string::npos) {
      path += pattern[i];
      continue;
    }
    path += fill(pattern.substr(i + 1, end - i - 1), epoch, logs);
    i = end;
  }
  return path;
}

ModelCheckpoint::ModelCheckpoint(ModelCheckpointOptions options)
    : options_(std::move(options)),
      monitor_("ModelCheckpoint", options_.monitor, options_.mode, 0) {
  monitor_.reset(options_.initial_value_threshold);
  const char* end = options_.save_weights_only ? ".weights.h5" : ".h5";
  if (!options_.filepath.ends_with(end)) {
    throw InputError("ModelCheckpoint: the path '" + options_.filepath + "' must end in " + end);
  }
  if (options_.save) return;
  options_.save = options_.save_weights_only ? save_weights : save_model;
}

void ModelCheckpoint::on_epoch_end(Training& training, int epoch, Logs& logs) {
  if (options_.save_best_only) {
    const std::optional<double> now = monitor_.find(training, epoch, logs);
    if (!now || !monitor_.improves(training, *now)) return;
    monitor_.set_best(*now);
  }
  const std::filesystem::path path = checkpoint_path(options_.filepath, epoch, logs);
  std::error_code error;
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), error);
  if (error) throw InputError(path.parent_path().string() + ": " + error.message());
  options_.save(*training.model, path);
}

CallbackState ModelCheckpoint::save() const {
  CallbackState state;
  monitor_.save(state);
  return state;
}

void ModelCheckpoint::restore(const CallbackState& state) {
  monitor_.restore(state);
}

}  // namespace tune::model
