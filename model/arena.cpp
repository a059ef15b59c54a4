#include "model/arena.hpp"

#include <algorithm>

namespace tune::model {

float* Arena::take(Index floats) {
  constexpr std::size_t kLeast = 4096;
  if (floats == 0) return nullptr;
  const auto count = static_cast<std::size_t>(aligned(floats));
  const auto room = [&] { return chunks_[chunk_].capacity() - chunks_[chunk_].size(); };
  while (chunk_ < chunks_.size() && room() < count) ++chunk_;
  if (chunk_ == chunks_.size()) {
    std::size_t all = kLeast;
    for (const Floats& chunk : chunks_) all += chunk.capacity();
    chunks_.emplace_back().reserve(std::max(count, all));
  }
  // Within its capacity a vector does not move.
  Floats& chunk = chunks_[chunk_];
  chunk.resize(chunk.size() + count);
  return chunk.data() + chunk.size() - count;
}

Arena::Mark Arena::mark() const {
  return {chunk_, chunk_ < chunks_.size() ? chunks_[chunk_].size() : 0};
}

void Arena::rewind(Mark mark) {
  for (std::size_t i = mark.chunk; i < chunks_.size(); ++i) {
    chunks_[i].resize(i == mark.chunk ? mark.floats : 0);
  }
  chunk_ = mark.chunk;
}

}  // namespace tune::model
