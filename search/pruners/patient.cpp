#include <limits>

#include "search/base/text.hpp"
#include "search/pruners/makers.hpp"
#include "search/pruners/watching.hpp"

namespace tune::search {
namespace {

class PatientJudge final : public Judge {
 public:
  PatientJudge(std::size_t patience, double min_delta, std::unique_ptr<const Judge> wrapped)
      : patience_(patience), min_delta_(min_delta), wrapped_(std::move(wrapped)) {}

  Verdict ends_after_epoch(std::size_t fold, std::span<const float> curve) const override {
    if (curve.size() <= patience_ + 1) return std::nullopt;
    const double before = least_of(curve.first(curve.size() - patience_ - 1)),
                 since = least_of(curve.last(patience_ + 1));
    // Not so if either is NaN.
    if (!(before + min_delta_ < since)) return std::nullopt;
    std::string text = "patient: no validation loss of the last " +
                       base::counted(patience_ + 1, "epoch") + " is below " +
                       base::short_number(before + min_delta_) + ", the best one is " +
                       base::short_number(since);
    if (wrapped_ == nullptr) return text;
    const Verdict wrapped = wrapped_->ends_after_epoch(fold, curve);
    return wrapped ? Verdict(text + "; " + *wrapped) : std::nullopt;
  }

 private:
  const std::size_t patience_;
  const double min_delta_;
  const std::unique_ptr<const Judge> wrapped_;
};

/// Optuna's PatientPruner.
class Patient final : public Pruner {
 public:
  explicit Patient(const base::Reader& options)
      : patience_(static_cast<std::size_t>(options.integer("pruner_patience"))),
        min_delta_(options.real("pruner_min_delta")) {
    if (options.is("pruner_wrapped", "none")) return;
    wrapped_ = pruners().at(options.text("pruner_wrapped")).make(options);
  }

  std::unique_ptr<const Judge> judge(const Prefix& prefix, const Folds& folds) const override {
    std::unique_ptr<const Judge> wrapped;
    if (wrapped_ != nullptr) {
      wrapped = wrapped_->judge(prefix, folds);
      if (wrapped == nullptr) return nullptr;
    }
    return std::make_unique<PatientJudge>(patience_, min_delta_, std::move(wrapped));
  }

 private:
  const std::size_t patience_;
  const double min_delta_;
  std::unique_ptr<const Pruner> wrapped_;
};

}  // namespace

std::vector<base::Key> patient_keys() {
  std::vector<std::string> wrappable = wrappable_pruners();
  wrappable.push_back("none");
  return {
      base::integer_key("pruner_patience", std::int64_t{1}, 0, 1e6,
                        "epochs without a better validation loss, beyond the first, before the "
                        "other pruner is asked"),
      base::real_key("pruner_min_delta", 0.0, 0, std::numeric_limits<double>::infinity(),
                     "the loss has to have been better before by more than this"),
      base::name_key("pruner_wrapped", std::string("median"), std::move(wrappable),
                     "the other pruner, whose keys are keys of [study] too; none: the trial ends"),
  };
}

std::unique_ptr<const Pruner> make_patient(const base::Reader& options) {
  return std::make_unique<Patient>(options);
}

}  // namespace tune::search
