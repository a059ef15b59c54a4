#pragma once

#include <algorithm>

#include "model/model.hpp"
#include "tests/support/catch.hpp"

namespace tune::tests {

inline void check_same_network(const model::Network& a, const model::Network& b) {
  REQUIRE(a.nodes().size() == b.nodes().size());
  for (std::size_t i = 0; i < a.nodes().size(); ++i) {
    const model::Node &left = a.nodes()[i], &right = b.nodes()[i];
    CHECK(left.name == right.name);
    CHECK(left.shape == right.shape);
    CHECK(left.inputs == right.inputs);
    REQUIRE((left.layer == nullptr) == (right.layer == nullptr));
    if (left.layer == nullptr) continue;
    CHECK(left.layer->type() == right.layer->type());
    CHECK(left.layer->config() == right.layer->config());
  }
  CHECK(std::ranges::equal(a.inputs(), b.inputs()));
  CHECK(std::ranges::equal(a.outputs(), b.outputs()));
}

inline void check_same_compile(const model::Compile& a, const model::Compile& b) {
  REQUIRE(a.losses.size() == b.losses.size());
  for (std::size_t i = 0; i < a.losses.size(); ++i) {
    CHECK(a.losses[i]->name() == b.losses[i]->name());
    CHECK(a.losses[i]->config() == b.losses[i]->config());
  }
  if (a.losses.empty()) return;
  CHECK(a.loss_weights == b.loss_weights);
  for (std::size_t i = 0; i < a.losses.size(); ++i) {
    CHECK(a.metrics_of(i) == b.metrics_of(i));
    CHECK(a.weighted_metrics_of(i) == b.weighted_metrics_of(i));
  }
  CHECK(a.optimizer->name() == b.optimizer->name());
  CHECK(a.optimizer->config() == b.optimizer->config());
  REQUIRE((a.schedule == nullptr) == (b.schedule == nullptr));
  if (a.schedule == nullptr) return;
  CHECK(a.schedule->name() == b.schedule->name());
  CHECK(a.schedule->config() == b.schedule->config());
}

}  // namespace tune::tests
