#include "model/builders/linear.hpp"
#include "model/builders/mlp.hpp"
#include "model/builders/perceptron.hpp"
#include "model/builders/wide_deep.hpp"

namespace tune::model {

Builders& builders() {
  static Builders kBuilders(
      "builder",
      {{"mlp", "multilayer perceptron: dense layers, one after the other", mlp_keys(), build_mlp},
       {"linear", "linear, logistic or softmax regression: no hidden layer", linear_keys(),
        build_linear},
       {"wide_deep",
        "hidden layers beside a direct way from the features to the output (Cheng et al. 2016)",
        wide_deep_keys(), build_wide_deep},
       {"perceptron", "one layer of threshold units and the perceptron's rule", perceptron_keys(),
        build_perceptron}});
  return kBuilders;
}

}  // namespace tune::model
