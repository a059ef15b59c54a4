#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "model/losses/loss.hpp"

namespace tune::model {

/// A metric of an output with so many units, by our name, as an object (or the name "accuracy") of
/// Keras that gives the same figure; null where there is none: for precision, recall, f1 and
/// roc_auc of several units, which Keras does not average over the classes.
nlohmann::ordered_json metric_to_keras(const std::string& name, Index units);

/// Our name of what Keras has as a name or as an object. Throws InputError if it is not ours or is
/// told what ours are not, and nlohmann::json::exception where it has another form.
std::string metric_from_keras(const nlohmann::ordered_json& item, const Loss& loss, Index units);

}  // namespace tune::model
