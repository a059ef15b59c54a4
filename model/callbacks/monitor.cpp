#include "model/callbacks/monitor.hpp"

#include <cmath>

#include "model/model.hpp"
#include "search/base/error.hpp"

namespace tune::model {
namespace {

constexpr std::string_view kValidation = "val_";

}  // namespace

Monitor::Monitor(std::string owner, std::string figure, Mode mode, double min_delta)
    : owner_(std::move(owner)),
      figure_(std::move(figure)),
      mode_(mode),
      min_delta_(std::abs(min_delta)) {}

std::optional<double> Monitor::find(const Training& training, int epoch, const Logs& logs) const {
  if (const auto found = logs.find(figure_); found != logs.end()) return found->second;
  if (figure_.starts_with(kValidation) && (epoch + 1) % training.validation_freq != 0) return {};
  std::vector<std::string> names;
  for (const auto& [name, value] : logs) names.push_back(name);
  throw base::InputError(owner_ + ": there is no '" + figure_ + "' to monitor" +
                         base::suggestion(figure_, names));
}

bool Monitor::improves(const Training& training, double now, double reference) const {
  return maximize(training) ? now - min_delta_ > reference : now + min_delta_ < reference;
}

bool Monitor::improves(const Training& training, double now) const {
  return best_ ? improves(training, now, *best_) : !std::isnan(now);
}

bool Monitor::maximize(const Training& training) const {
  if (mode_ != Mode::automatic) return mode_ == Mode::max;
  std::string_view name = figure_;
  if (name.starts_with(kValidation)) name.remove_prefix(kValidation.size());
  if (name == "loss" || name.ends_with("_loss")) return false;
  if (training.model != nullptr) {
    for (const auto& output : training.model->metrics()) {
      for (const MetricPtr& metric : output) {
        const std::string_view own = metric->name();
        if (name == own || name.ends_with("_" + std::string(own))) return metric->maximize();
      }
    }
  }
  throw base::InputError(owner_ + ": is more or less of '" + figure_ +
                         "' better? Its mode must be min or max");
}

void Monitor::save(CallbackState& state) const {
  if (best_) state.values["best"] = *best_;
}

void Monitor::restore(const CallbackState& state) {
  best_.reset();
  if (state.values.contains("best")) best_ = state.real("best");
}

}  // namespace tune::model
