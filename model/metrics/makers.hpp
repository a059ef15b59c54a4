#pragma once

#include "model/metrics/metric.hpp"

namespace tune::model {

MetricPtr mean_squared_error_metric();
MetricPtr mean_absolute_error_metric();
MetricPtr root_mean_squared_error_metric();
/// The cosine of the angle between prediction and target, the mean over the samples (without a
/// sign, unlike the loss of that name); 0 where one of them is zero.
MetricPtr cosine_similarity_metric();
/// The coefficient of determination, the mean over the outputs.
MetricPtr r2_metric();
/// The mean of a loss, under its name.
MetricPtr loss_metric(const LossPtr& loss);

MetricPtr binary_accuracy_metric();
/// Of one-hot targets or of class indices; they differ in the name alone.
MetricPtr class_accuracy_metric(std::string name);
inline constexpr double kUsualTop = 5;  ///< Keras's k
/// Is the true class among the k largest outputs? Ties count as hits, as Keras's do on JAX. The
/// name is without the number. There must be at least k outputs.
MetricPtr top_k_accuracy_metric(std::string_view name, double k = kUsualTop);
/// The one that goes with the loss and the targets.
MetricPtr accuracy_metric(const Loss& loss);

// precision = true positives / predicted, recall = true positives / positive, and f1, their
// harmonic mean; 0 where the denominator is 0, as scikit-learn's with zero_division = 0.
//
// One output: of class 1, predicted above 0.5. Several outputs with a loss of classes, or with
// class indices as targets: the largest output is predicted, and the figure is the mean over the
// classes that are there, as target or as prediction (scikit-learn's average = "macro"). Several
// outputs otherwise (multilabel): each is predicted above 0.5, and the figure is the mean over the
// outputs. The loss is what compile was given.
MetricPtr precision_metric(const Loss& loss);
MetricPtr recall_metric(const Loss& loss);
MetricPtr f1_metric(const Loss& loss);

/// The area under the receiver operating characteristic: the probability that a positive sample is
/// predicted above a negative one, ties counting half. Exact (Keras's AUC looks at 200 thresholds),
/// equal to scikit-learn's roc_auc_score. Several outputs: the mean over them, of classes each one
/// against the rest. Outputs whose targets are all of one side rank nothing and are left out of the
/// mean; where no output is left, the area is 0.5, that of a guess. NaN if a prediction is NaN.
/// It keeps all predictions: (outputs + targets + 1) doubles a sample.
MetricPtr roc_auc_metric();

}  // namespace tune::model
