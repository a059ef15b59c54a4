#include "tuner/study/pruning.hpp"

namespace tune::tuner {

Pruning::Pruning(const Trial& trial, std::size_t fold, int epochs)
    : trial_(trial), fold_(fold), epochs_(epochs) {
  if (!trial.curves.empty()) curve_ = trial.curves[fold];
}

void Pruning::on_epoch_end(model::Training& training, int epoch, model::Logs& logs) {
  const auto found = logs.find(kMonitored);
  if (trial_.judge == nullptr || found == logs.end()) return;
  // Where the way of the parent is gone again, its epochs are known already.
  curve_.resize(static_cast<std::size_t>(epoch));
  curve_.push_back(static_cast<float>(found->second));
  const int epochs = epoch + 1;
  if (training.stop || epochs <= trial_.from || epochs >= epochs_) return;
  search::Verdict verdict = trial_.judge->ends_after_epoch(fold_, curve_);
  if (!verdict) return;
  ended_after_ = epochs;
  verdict_ = std::move(*verdict);
  training.stop = true;
}

}  // namespace tune::tuner
