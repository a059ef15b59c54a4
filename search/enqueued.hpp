#pragma once

#include <memory>

#include "search/strategy.hpp"

namespace tune::search {

/// The strategy, but the first trials are the start points of the setting, in order: what a point
/// leaves open is drawn. One that has been tried already is passed over: the strategy proposes that
/// trial. The setting must outlive it; without start points it is the strategy itself. Throws
/// InputError "enqueue: ..." for a point that is not of the space, or that the forbids rule out.
std::unique_ptr<const Strategy> enqueued(const Setting& setting,
                                         std::unique_ptr<const Strategy> strategy);

}  // namespace tune::search
