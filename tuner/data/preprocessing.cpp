#include "tuner/data/preprocessing.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "search/base/error.hpp"

namespace tune::tuner {
namespace {

using Eigen::ArrayXd;
using Row = std::uint32_t;

/// Rows of a matrix as double, with missing values filled.
class Filled {
 public:
  Filled(const Eigen::MatrixXf& matrix, const std::vector<float>& fill)
      : matrix_(matrix), fill_(Eigen::Map<const Eigen::ArrayXf>(fill.data(), matrix.rows())) {}

  Eigen::Index size() const { return matrix_.rows(); }
  /// An expression: nothing is allocated for it.
  auto sample(Row row) const {
    const auto values = matrix_.col(row).array();
    return values.isNaN().select(fill_, values).template cast<double>();
  }

 private:
  const Eigen::MatrixXf& matrix_;
  Eigen::ArrayXf fill_;
};

void to_float(const ArrayXd& values, std::vector<float>& out) {
  out.resize(static_cast<std::size_t>(values.size()));
  std::transform(values.begin(), values.end(), out.begin(),
                 [](double value) { return static_cast<float>(value); });
}

void fit_standard(const Filled& values, std::span<const Row> rows, Affine& affine) {
  const auto n = static_cast<double>(rows.size());
  ArrayXd mean = ArrayXd::Zero(values.size()), variance = mean;
  for (const Row row : rows) mean += values.sample(row);
  mean /= n;
  for (const Row row : rows) variance += (values.sample(row) - mean).square();
  variance /= n;
  // What rounding alone can make of a constant: scikit-learn's _is_constant_feature.
  constexpr double eps = std::numeric_limits<double>::epsilon();
  const ArrayXd noise = n * eps * variance + (n * mean * eps).square();
  to_float(mean, affine.shift);
  to_float((variance <= noise).select(1.0, variance.sqrt().inverse()), affine.factor);
}

void fit_minmax(const Filled& values, std::span<const Row> rows, Affine& affine) {
  ArrayXd low = values.sample(rows[0]), high = low;
  for (const Row row : rows) {
    low = low.min(values.sample(row));
    high = high.max(values.sample(row));
  }
  const ArrayXd range = high - low;
  to_float(low, affine.shift);
  to_float((range == 0).select(1.0, range.inverse()), affine.factor);
}

Affine fit_scale(const std::string& kind, const Eigen::MatrixXf& matrix, std::span<const Row> rows,
                 std::vector<float> fill) {
  Affine affine;
  const Filled values(matrix, fill);
  if (kind == "standard") {
    fit_standard(values, rows, affine);
  } else if (kind == "minmax") {
    fit_minmax(values, rows, affine);
  } else {
    affine.shift.assign(fill.size(), 0.0f);
    affine.factor.assign(fill.size(), 1.0f);
  }
  affine.fill = std::move(fill);
  return affine;
}

double mean_of(const std::vector<float>& values) {
  double sum = 0;
  for (const float value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

/// The middle value, or the mean of the two.
double median_of(std::vector<float>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (double{*middle} + *std::max_element(values.begin(), middle)) / 2;
}

/// What a missing value of each feature counts as.
std::vector<float> fit_fill(const Dataset& data, bool median, std::span<const Row> rows) {
  std::vector<float> fill, values;
  for (Eigen::Index feature = 0; feature < data.x.rows(); ++feature) {
    values.clear();
    for (const Row row : rows) {
      if (const float value = data.x(feature, row); !std::isnan(value)) values.push_back(value);
    }
    if (values.empty()) {
      throw base::InputError("missing: the feature '" +
                             data.features[static_cast<std::size_t>(feature)] +
                             "' has no value in the training rows; name its column in drop");
    }
    fill.push_back(static_cast<float>(median ? median_of(values) : mean_of(values)));
  }
  return fill;
}

}  // namespace

model::Columns transformed(const Eigen::MatrixXf& matrix, const Affine& affine) {
  model::Columns columns(matrix);
  columns.shift = affine.shift;
  columns.factor = affine.factor;
  columns.fill = affine.fill;
  return columns;
}

void Preprocessing::undo_targets(Eigen::Ref<Eigen::MatrixXf> predictions) const {
  for (std::size_t i = 0; i < targets.size(); ++i) {
    auto row = predictions.row(static_cast<Eigen::Index>(i)).array();
    row = row / targets.factor[i] + targets.shift[i];
  }
}

Preprocessing fit_preprocessing(const Dataset& data, const base::Reader& options,
                                std::span<const std::uint32_t> rows) {
  std::vector<Row> sorted(rows.begin(),
                          rows.end());  // sums in double depend on the order, a little
  std::ranges::sort(sorted);
  if (sorted.empty()) throw base::InputError("scale: there are no training rows to fit it on");
  const bool mean = options.is("missing", "mean"), median = options.is("missing", "median");
  std::vector<float> fill(static_cast<std::size_t>(data.x.rows()),
                          std::numeric_limits<float>::quiet_NaN());
  if (mean || median) fill = fit_fill(data, median, sorted);
  Preprocessing fitted;
  fitted.features = fit_scale(options.text("scale"), data.x, sorted, std::move(fill));
  if (!options.is("target_scale", "none")) {
    fitted.targets = fit_scale(options.text("target_scale"), data.y, sorted,
                               std::vector<float>(static_cast<std::size_t>(data.y.rows()),
                                                  std::numeric_limits<float>::quiet_NaN()));
  }
  return fitted;
}

}  // namespace tune::tuner
