#include "tuner/data/dataset.hpp"
#include "tuner/data/hash.hpp"

namespace tune::tuner {

std::string fingerprint(const Dataset& data) {
  Hash hash;
  hash.add_word(static_cast<std::uint64_t>(data.task));
  hash.add_word(data.rows());
  hash.add_items(data.x);
  hash.add_items(data.y);
  hash.add_texts(data.features);
  hash.add_texts(data.targets);
  hash.add_texts(data.classes);
  hash.add_items(data.shape);
  hash.add_items(data.weights);
  hash.add_items(data.groups);
  hash.add_items(data.folds);
  hash.add_items(data.parts);
  return hash.text();
}

}  // namespace tune::tuner
