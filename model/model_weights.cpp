#include <algorithm>

#include "model/model.hpp"
#include "search/base/error.hpp"

namespace tune::model {
namespace {

/// Calls visit(node, weight, its place, its first value) for each weight of the nodes from `begin`
/// to `end`; the weights may be const.
template <class Arrays, class Visit>
void for_each_weight(const Network& network, Arrays& weights, Visit visit, std::size_t begin,
                     std::size_t end) {
  for (std::size_t n = begin; n < end; ++n) {
    const Node& node = network.nodes()[n];
    for (std::size_t w = 0; w < node.weights.size(); ++w) {
      const WeightPlace& place = node.weights[w];
      auto& array = place.spec.trainable ? weights.parameters : weights.state;
      visit(n, w, place, array.data() + place.offset);
    }
  }
}

template <class Arrays, class Visit>
void for_each_weight(const Network& network, Arrays& weights, Visit visit) {
  for_each_weight(network, weights, visit, 0, network.nodes().size());
}

std::vector<float> copy(const WeightPlace& place, const float* from) {
  std::vector<float> values;
  values.reserve(static_cast<std::size_t>(place.rows * place.cols));
  for (Index col = 0; col < place.cols; ++col, from += place.stride) {
    values.insert(values.end(), from, from + place.rows);
  }
  return values;
}

void copy(const std::vector<float>& values, const WeightPlace& place, float* to) {
  const float* from = values.data();
  for (Index col = 0; col < place.cols; ++col, to += place.stride) {
    std::copy_n(from, place.rows, to);
    from += place.rows;
  }
}

void add(const WeightPlace& place, bool frozen, ParamCount& count) {
  const Index size = size_of(place.spec.shape);
  (place.spec.trainable && !frozen ? count.trainable : count.non_trainable) += size;
}

}  // namespace

void Model::initialize(base::Rng rng) {
  const base::Rng stream = rng.split(base::stream::weights);
  for_each_weight(*network_, weights_,
                  [&](std::size_t n, std::size_t w, const WeightPlace& place, float* to) {
                    place.spec.initializer.fill({to, place.rows, place.cols, place.stride},
                                                place.spec.shape, stream.split(n).split(w));
                  });
}

std::vector<std::vector<float>> Model::get_weights() const {
  std::vector<std::vector<float>> all;
  for_each_weight(*network_, weights_,
                  [&](std::size_t, std::size_t, const WeightPlace& place, const float* from) {
                    all.push_back(copy(place, from));
                  });
  return all;
}

void Model::set_weights(const std::vector<std::vector<float>>& weights) {
  std::size_t next = 0;
  const auto check = [&](std::size_t n, std::size_t, const WeightPlace& place, float*) {
    const auto expected = static_cast<std::size_t>(size_of(place.spec.shape));
    const std::string found =
        next < weights.size() ? std::to_string(weights[next].size()) : std::string("no");
    if (next < weights.size() && weights[next++].size() == expected) return;
    throw base::InputError("weight '" + network_->nodes()[n].name + "/" + place.spec.name +
                           "' has " + found + " values, its shape is " + to_text(place.spec.shape));
  };
  for_each_weight(*network_, weights_, check);
  if (next != weights.size()) {
    throw base::InputError(std::to_string(weights.size()) + " weights given, the model has " +
                           std::to_string(next));
  }
  next = 0;
  for_each_weight(*network_, weights_,
                  [&](std::size_t, std::size_t, const WeightPlace& place, float* to) {
                    copy(weights[next++], place, to);
                  });
}

std::vector<Weight> Model::get_weights(std::string_view layer) const {
  const std::size_t node = network_->find(layer);
  std::vector<Weight> all;
  for_each_weight(
      *network_, weights_,
      [&](std::size_t, std::size_t, const WeightPlace& place, const float* from) {
        all.push_back({place.spec.shape, copy(place, from)});
      },
      node, node + 1);
  return all;
}

void Model::set_weights(std::string_view layer, const std::vector<Weight>& weights) {
  const std::size_t number = network_->find(layer);
  const Node& node = network_->nodes()[number];
  if (weights.size() != node.weights.size()) {
    throw base::InputError(std::to_string(weights.size()) + " weights given, layer '" + node.name +
                           "' has " + std::to_string(node.weights.size()));
  }
  for (std::size_t w = 0; w < weights.size(); ++w) {
    const WeightSpec& spec = node.weights[w].spec;
    const std::string name = "weight '" + node.name + "/" + spec.name + "'";
    if (weights[w].shape != spec.shape) {
      throw base::InputError(name + " has the shape " + to_text(weights[w].shape) +
                             ", the layer's is " + to_text(spec.shape));
    }
    if (weights[w].values.size() == static_cast<std::size_t>(size_of(spec.shape))) continue;
    throw base::InputError(name + " has " + std::to_string(weights[w].values.size()) +
                           " values, its shape is " + to_text(spec.shape));
  }
  for_each_weight(
      *network_, weights_,
      [&](std::size_t, std::size_t w, const WeightPlace& place, float* to) {
        copy(weights[w].values, place, to);
      },
      number, number + 1);
}

ParamCount Model::count_params() const {
  ParamCount count;
  for_each_weight(*network_, weights_,
                  [&](std::size_t n, std::size_t, const WeightPlace& place, const float*) {
                    add(place, !frozen_.empty() && frozen_[n], count);
                  });
  return count;
}

ParamCount Model::count_params(std::string_view layer) const {
  const std::size_t node = network_->find(layer);
  ParamCount count;
  for (const WeightPlace& place : network_->nodes()[node].weights) {
    add(place, !frozen_.empty() && frozen_[node], count);
  }
  return count;
}

}  // namespace tune::model
