#include "model/callbacks/callback_list.hpp"

#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "search/base/error.hpp"

namespace tune::model {

CallbackList::CallbackList(std::span<Callback* const> given, int verbose)
    : list_(given.begin(), given.end()) {
  if (verbose < 0 || verbose > 2) {
    throw base::InputError("verbose is " + std::to_string(verbose) + "; it is 0, 1 or 2");
  }
  const bool has_bar = std::ranges::any_of(given, [](const Callback* callback) {
    return dynamic_cast<const ProgressBar*>(callback) != nullptr;
  });
  if (verbose == 0 || has_bar) return;
  bar_.emplace(std::cout,
               ProgressBarOptions{
                   .verbose = verbose, .terminal = isatty(STDOUT_FILENO) == 1, .seconds = {}});
  list_.push_back(&*bar_);
}

}  // namespace tune::model
