#pragma once

#include <string>

namespace tune::model {

struct SummaryOptions {
  std::string name = {};        ///< of the model; empty: sequential or functional, as in Keras
  bool show_trainable = false;  ///< a column that says which layers are not frozen
  /// Which layer gets what from which. false: of a subclassed model, which does not know; its
  /// layers are listed alone.
  bool connections = true;
  int line_length = 0;  ///< of the table; 0: Keras's
};

}  // namespace tune::model
