#include "model/io/keras_order.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace tune::model {
namespace {

/// Layers between a node and the output that is farthest away.
std::vector<std::size_t> depths(const Network& network) {
  std::vector<std::size_t> depths(network.nodes().size());
  for (std::size_t n = depths.size(); n-- > 0;) {
    for (const std::size_t input : network.nodes()[n].inputs) {
      depths[input] = std::max(depths[input], depths[n] + 1);
    }
  }
  return depths;
}

/// When a search in depth, from the outputs back, first comes to each node.
std::vector<std::size_t> first_visits(const Network& network) {
  constexpr std::size_t kNever = -1;
  std::vector<std::size_t> visits(network.nodes().size(), kNever);
  std::vector<std::size_t> stack(network.outputs().rbegin(), network.outputs().rend());
  for (std::size_t next = 0; !stack.empty();) {
    const std::size_t node = stack.back();
    stack.pop_back();
    if (visits[node] != kNever) continue;
    visits[node] = next++;
    const std::vector<std::size_t>& inputs = network.nodes()[node].inputs;
    stack.insert(stack.end(), inputs.rbegin(), inputs.rend());
  }
  return visits;
}

}  // namespace

std::vector<std::size_t> keras_order(const Network& network) {
  std::vector<std::size_t> order(network.nodes().size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (!network.connected()) return order;
  const std::vector<std::size_t> depth = depths(network), visit = first_visits(network);
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
    return std::tuple(depth[b], visit[a]) < std::tuple(depth[a], visit[b]);
  });
  return order;
}

}  // namespace tune::model
