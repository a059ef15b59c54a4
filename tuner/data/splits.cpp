#include "tuner/data/splits.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "search/base/error.hpp"

namespace tune::tuner {
namespace {

using base::Rng;

/// The rows of each class, or group, that `number` gives them; only those that have rows, ascending
/// by number.
template <class Number>
std::vector<Rows> rows_by(const Rows& rows, Number number) {
  std::map<std::uint32_t, Rows> sets;
  for (const std::uint32_t row : rows) sets[number(row)].push_back(row);
  std::vector<Rows> list;
  for (auto& [key, set] : sets) list.push_back(std::move(set));
  return list;
}

std::vector<Rows> by_class(const Dataset& data, const Rows& rows) {
  return rows_by(rows,
                 [&](std::uint32_t row) { return static_cast<std::uint32_t>(data.y(0, row)); });
}

std::vector<Rows> by_group(const Dataset& data, const Rows& rows) {
  return rows_by(rows, [&](std::uint32_t row) { return data.groups[row]; });
}

/// Numbers 0 .. count - 1 in a random order.
Rows random_order(std::size_t count, Rng rng) {
  Rows order(count);
  std::iota(order.begin(), order.end(), 0u);
  rng.shuffle(order);
  return order;
}

Rows without(const Rows& rows, const Rows& taken) {
  Rows rest;
  std::ranges::set_difference(rows, taken, std::back_inserter(rest));
  return rest;
}

/// Shares `total` out in proportion to the sizes; what rounding leaves goes to the largest
/// remainders, of equal ones to the first.
std::vector<std::size_t> proportional(const std::vector<Rows>& sets, std::size_t total) {
  std::uint64_t all = 0;
  for (const Rows& set : sets) all += set.size();
  std::vector<std::size_t> shares, order(sets.size());
  std::size_t left = total;
  for (const Rows& set : sets) {
    shares.push_back(set.size() * total / all);
    left -= shares.back();
  }
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::ranges::greater(),
                           [&](std::size_t i) { return sets[i].size() * total % all; });
  for (std::size_t i = 0; i < left; ++i) ++shares[order[i]];
  return shares;
}

Rows draw(const std::vector<Rows>& sets, const std::vector<std::size_t>& shares, Rng rng) {
  Rows taken;
  for (std::size_t i = 0; i < sets.size(); ++i) {
    Rows order = sets[i];
    rng.split(i).shuffle(order);
    taken.insert(taken.end(), order.begin(),
                 order.begin() + static_cast<std::ptrdiff_t>(shares[i]));
  }
  return taken;
}

Rows draw_groups(const std::vector<Rows>& groups, std::size_t count, Rng rng) {
  Rows taken;
  for (const std::uint32_t group : random_order(groups.size(), rng)) {
    if (taken.size() >= count) break;
    taken.insert(taken.end(), groups[group].begin(), groups[group].end());
  }
  return taken;
}

[[noreturn]] void fail_folds(std::size_t folds, std::size_t count, const std::string& what) {
  throw base::InputError("folds: " + std::to_string(folds) + " folds need at least as many " +
                         what + ", there are " + std::to_string(count));
}

/// Contiguous folds; the first of them get what cannot be shared out evenly.
std::vector<Rows> kfold(const Rows& order, std::size_t count) {
  if (order.size() < count) fail_folds(count, order.size(), "rows");
  std::vector<Rows> folds(count);
  auto next = order.begin();
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t size = order.size() / count + (i < order.size() % count ? 1 : 0);
    folds[i].assign(next, next + static_cast<std::ptrdiff_t>(size));
    next += static_cast<std::ptrdiff_t>(size);
  }
  return folds;
}

/// As StratifiedKFold: the classes, in the order of their first rows, lie sorted in a line that is
/// dealt out to the folds; that gives how many of each class a fold gets.
std::vector<Rows> stratified(const Dataset& data, const Rows& rows, std::size_t count, bool shuffle,
                             Rng rng) {
  std::vector<Rows> classes = by_class(data, rows);
  std::ranges::sort(classes, {}, [](const Rows& set) { return set.front(); });
  std::vector<Rows> folds(count);
  std::size_t position = 0;
  for (std::size_t c = 0; c < classes.size(); ++c) {
    Rows& set = classes[c];
    if (set.size() < count) {
      const auto label = static_cast<std::size_t>(data.y(0, set.front()));
      fail_folds(count, set.size(),
                 "rows of each class (or [cv] kind = kfold); of '" + data.classes.at(label) + "'");
    }
    std::vector<std::size_t> sizes(count);
    for (std::size_t i = 0; i < set.size(); ++i) ++sizes[position++ % count];
    if (shuffle) rng.split(c).shuffle(set);
    auto next = set.begin();
    for (std::size_t i = 0; i < count; ++i) {
      folds[i].insert(folds[i].end(), next, next + static_cast<std::ptrdiff_t>(sizes[i]));
      next += static_cast<std::ptrdiff_t>(sizes[i]);
    }
  }
  return folds;
}

/// As GroupKFold: the largest group that is left goes to the fold with the fewest rows.
std::vector<Rows> grouped(const Dataset& data, const Rows& rows, std::size_t count, bool shuffle,
                          Rng rng) {
  std::vector<Rows> groups = by_group(data, rows);
  if (groups.size() < count) fail_folds(count, groups.size(), "groups");
  Rows order = random_order(groups.size(), rng);
  if (!shuffle) std::ranges::sort(order, std::ranges::greater());
  std::ranges::stable_sort(order, std::ranges::greater(),
                           [&](std::uint32_t group) { return groups[group].size(); });
  std::vector<Rows> folds(count);
  for (const std::uint32_t group : order) {
    const auto lightest =
        std::ranges::min_element(folds, {}, [](const Rows& f) { return f.size(); });
    lightest->insert(lightest->end(), groups[group].begin(), groups[group].end());
  }
  return folds;
}

std::vector<Rows> timeseries(const Rows& rows, std::size_t count) {
  const std::size_t size = rows.size() / (count + 1);
  if (size == 0) fail_folds(count, rows.size(), "rows and one more");
  std::vector<Rows> folds(count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto start = rows.end() - static_cast<std::ptrdiff_t>((count - i) * size);
    folds[i].assign(start, start + static_cast<std::ptrdiff_t>(size));
  }
  return folds;
}

std::vector<Rows> predefined(const Dataset& data, const Rows& rows) {
  Rows scored;
  std::ranges::copy_if(rows, std::back_inserter(scored),
                       [&](std::uint32_t row) { return data.folds[row] >= 0; });
  return rows_by(scored,
                 [&](std::uint32_t row) { return static_cast<std::uint32_t>(data.folds[row]); });
}

}  // namespace

std::pair<Rows, Rows> hold_out(const SplitBy& by, const Rows& rows, double fraction,
                               const char* key, Rng rng) {
  const auto count =
      static_cast<std::size_t>(std::ceil(fraction * static_cast<double>(rows.size())));
  Rows taken;
  if (by.kind == SplitKind::timeseries) {
    taken.assign(rows.end() - static_cast<std::ptrdiff_t>(count), rows.end());
  } else if (by.kind == SplitKind::group) {
    taken = draw_groups(by_group(by.data, rows), count, rng);
  } else {
    const bool classes = by.kind == SplitKind::stratified;
    const std::vector<Rows> sets = classes ? by_class(by.data, rows) : std::vector<Rows>{rows};
    taken = draw(sets, proportional(sets, count), rng);
  }
  std::ranges::sort(taken);
  Rows rest = without(rows, taken);
  if (rest.empty() || taken.empty()) {
    throw base::InputError(std::string(key) + ": of " + std::to_string(rows.size()) + " rows " +
                           std::to_string(taken.size()) + " would be held out and " +
                           std::to_string(rest.size()) + " would be left; both need some");
  }
  return {std::move(rest), std::move(taken)};
}

std::vector<Rows> score_rows(const SplitBy& by, const Rows& rows, std::size_t count, bool shuffle,
                             Rng rng) {
  std::vector<Rows> folds;
  switch (by.kind) {
    case SplitKind::kfold: {
      Rows order = rows;
      if (shuffle) rng.shuffle(order);
      folds = kfold(order, count);
      break;
    }
    case SplitKind::stratified:
      folds = stratified(by.data, rows, count, shuffle, rng);
      break;
    case SplitKind::group:
      folds = grouped(by.data, rows, count, shuffle, rng);
      break;
    case SplitKind::timeseries:
      folds = timeseries(rows, count);
      break;
    case SplitKind::column:
      folds = predefined(by.data, rows);
      break;
  }
  for (Rows& fold : folds) std::ranges::sort(fold);
  return folds;
}

Rows train_rows(const SplitBy& by, const Rows& rows, const Rows& scored) {
  if (by.kind != SplitKind::timeseries) return without(rows, scored);
  return {rows.begin(), std::ranges::lower_bound(rows, scored.front())};
}

}  // namespace tune::tuner
