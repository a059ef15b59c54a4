#pragma once

#include <nlohmann/json_fwd.hpp>

#include "model/schedules/schedule.hpp"

namespace tune::model {

/// The object of keras.optimizers.schedules that gives the same rates; null where there is none:
/// for constant and onecycle, and where the length is left to the training.
nlohmann::ordered_json schedule_to_keras(const Schedule& schedule);
/// Throws InputError, and nlohmann::json::exception where it is no object of Keras.
SchedulePtr schedule_from_keras(const nlohmann::ordered_json& object);

}  // namespace tune::model
