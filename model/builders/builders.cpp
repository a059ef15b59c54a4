#include "model/builders/mlp.hpp"
#include "model/builders/perceptron.hpp"

namespace tune::model {

Builders& builders() {
  static Builders kBuilders(
      "builder",
      {{"mlp", "multilayer perceptron: dense layers, one after the other", mlp_keys(), build_mlp},
       {"perceptron", "one layer of threshold units and the perceptron's rule", perceptron_keys(),
        build_perceptron}});
  return kBuilders;
}

}  // namespace tune::model
