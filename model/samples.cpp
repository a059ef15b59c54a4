#include "model/samples.hpp"

#include "search/base/error.hpp"

namespace tune::model {
namespace {

/// `number(i)` is the row of the data set that comes i-th.
template <class Number>
void gather(const Columns& from, std::span<const std::uint32_t> rows, const Block& to,
            Number number) {
  const float *shift = from.shift.data(), *factor = from.factor.data(), *fill = from.fill.data();
  for (std::size_t s = 0; s < rows.size(); ++s) {
    const float* column = from.data + static_cast<Index>(rows[s]) * from.stride;
    float* out = to.sample(static_cast<Index>(s));
    if (from.shift.empty()) {
      for (Index i = 0; i < from.rows; ++i) out[i] = column[number(i)];
      continue;
    }
    for (Index i = 0; i < from.rows; ++i) {
      const auto n = number(i);
      const float value = column[n] == column[n] ? column[n] : fill[n];
      out[i] = (value - shift[n]) * factor[n];
    }
  }
}

}  // namespace

Columns Columns::only(const Selection& selected) const {
  if (selected.empty()) return *this;
  for (const std::uint32_t row : selected) {
    if (row < static_cast<std::size_t>(rows)) continue;
    throw base::InputError("number " + std::to_string(row) + " is selected of " +
                           std::to_string(rows) + " features or targets, counted from 0");
  }
  Columns columns = *this;
  columns.rows = static_cast<Index>(selected.size());
  columns.selection = selected;
  return columns;
}

std::vector<Columns> share_out(const Columns& all, const std::vector<Selection>& selections,
                               std::size_t count) {
  if (selections.empty()) return std::vector(count, all);
  if (selections.size() != count) {
    throw base::InputError("there are " + std::to_string(selections.size()) +
                           " selections for a model with " + std::to_string(count) +
                           " inputs or outputs");
  }
  std::vector<Columns> columns;
  for (const Selection& selection : selections) columns.push_back(all.only(selection));
  return columns;
}

void gather(const Columns& from, std::span<const std::uint32_t> rows, const Block& to) {
  if (from.selection.empty()) {
    gather(from, rows, to, [](Index i) { return i; });
  } else {
    gather(from, rows, to, [&](Index i) { return from.selection[static_cast<std::size_t>(i)]; });
  }
}

}  // namespace tune::model
