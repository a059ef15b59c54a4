#include "search/embedding.hpp"

#include <cmath>
#include <numbers>

namespace tune::search {

using Eigen::Index;

Embedding::Embedding(const Space& space) : space_(&space), continuous_(space.dimensions()) {
  for (std::size_t i = 0; i < space.dimensions(); ++i) {
    const Parameter& parameter = space.parameters()[i];
    const auto values = count(parameter.domain);
    if (values == 1) continue;
    const auto* choice = std::get_if<Choice>(&parameter.domain);
    const bool unordered = choice != nullptr && !choice->ordered;
    if (!values) continuous_[i] = size();
    places_.push_back({i, unordered, size()});
    const std::size_t features =
        unordered ? choice->values.size() + (parameter.when.always() ? 0 : 1) : 1;
    groups_.insert(groups_.end(), features, std::ssize(places_) - 1);
  }
}

Eigen::RowVectorXd Embedding::embed(std::span<const double> row) const {
  Eigen::RowVectorXd features = Eigen::RowVectorXd::Zero(size());
  for (const Place& place : places_) {
    const double column = row[place.parameter];
    const bool active = !std::isnan(column);
    const Domain& domain = space_->parameters()[place.parameter].domain;
    if (place.choice) {
      const auto value = active ? static_cast<std::size_t>(column) : *count(domain);
      features[place.first + static_cast<Index>(value)] = std::numbers::sqrt2 / 2;
    } else {
      features[place.first] = active ? encode_column(domain, column) : 0.5;
    }
  }
  return features;
}

}  // namespace tune::search
