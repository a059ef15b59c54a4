#include <cmath>
#include <limits>

#include "search/base/text.hpp"
#include "search/pruners/makers.hpp"
#include "search/pruners/watching.hpp"

namespace tune::search {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

class ThresholdJudge final : public Judge {
 public:
  ThresholdJudge(const Looks& looks, double lower, double upper)
      : looks_(looks), lower_(lower), upper_(upper) {}

  Verdict ends_after_epoch(std::size_t /*fold*/, std::span<const float> curve) const override {
    const double loss = curve.back();
    if (!looks_.at(curve.size() - 1) || (loss >= lower_ && loss <= upper_)) return std::nullopt;
    const std::string text =
        "threshold: its validation loss, " + base::short_number(loss) + ", is ";
    if (std::isnan(loss)) return text + "no number";
    return text + (loss > upper_ ? "above " + base::short_number(upper_)
                                 : "below " + base::short_number(lower_));
  }

 private:
  const Looks looks_;
  const double lower_, upper_;
};

/// Optuna's ThresholdPruner: NaN ends a trial too.
class Threshold final : public Pruner {
 public:
  explicit Threshold(const base::Reader& options)
      : looks_(options),
        lower_(bound(options, "pruner_lower", -kInfinity)),
        upper_(bound(options, "pruner_upper", kInfinity)) {
    if (lower_ == -kInfinity && upper_ == kInfinity) {
      throw base::InputError("'threshold' needs pruner_lower, pruner_upper or both");
    }
    if (lower_ > upper_) {
      throw base::InputError("pruner_lower: " + base::to_text(base::Value(lower_)) +
                             " is above pruner_upper, " + base::to_text(base::Value(upper_)));
    }
  }

  std::unique_ptr<const Judge> judge(const Prefix&, const Folds&) const override {
    return std::make_unique<ThresholdJudge>(looks_, lower_, upper_);
  }

 private:
  static double bound(const base::Reader& options, const char* key, double fallback) {
    return options.is(key, "none") ? fallback : options.real(key);
  }

  const Looks looks_;
  const double lower_, upper_;
};

}  // namespace

std::vector<base::Key> threshold_keys() {
  const base::Value none = std::string("none");
  std::vector<base::Key> keys = {
      base::real_key("pruner_lower", none, -kInfinity, kInfinity,
                     "smallest validation loss with which a fold goes "
                     "on",
                     {"none"}),
      base::real_key("pruner_upper", none, -kInfinity, kInfinity,
                     "largest validation loss with which a fold goes on", {"none"})};
  for (base::Key& key : Looks::keys()) keys.push_back(std::move(key));
  return keys;
}

std::unique_ptr<const Pruner> make_threshold(const base::Reader& options) {
  return std::make_unique<Threshold>(options);
}

}  // namespace tune::search
