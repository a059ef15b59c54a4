#pragma once

#include <string>
#include <vector>

#include "tuner/data/dataset.hpp"

namespace tune::tuner {

/// Finishes a classification with one target. y holds numbers of `texts`, in any order; they become
/// the index of the label in sorted order. Sets task (as `task` of [data] says; auto: binary for
/// two labels) and classes. Throws InputError for one class only, for binary with more than two and
/// for labels that are nearly as many as the rows; `place` is put in front: "iris.csv: species".
void set_classes(Dataset& data, const std::vector<std::string>& texts, std::string_view task,
                 const std::string& place);

/// Are these so many different texts that they are hardly categories?
bool nearly_unique(std::size_t different, std::size_t rows);

}  // namespace tune::tuner
