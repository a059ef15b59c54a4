#pragma once

#include <vector>

#include "model/tensor.hpp"

namespace tune::model {

/// Zeroed memory that is given back in the order opposite to that in which it was taken. What has
/// been taken stays where it is; what has been given back is kept for the next.
class Arena {
 public:
  /// How far an arena is used.
  struct Mark {
    std::size_t chunk, floats;
  };

  /// So many zeros, on a cache line; for none null.
  float* take(Index floats);
  Mark mark() const;
  /// Gives back all that was taken since the mark; the default is the start.
  void rewind(Mark mark = {});

 private:
  std::vector<Floats> chunks_;
  std::size_t chunk_ = 0;  ///< that is being filled; the ones behind it are empty
};

}  // namespace tune::model
