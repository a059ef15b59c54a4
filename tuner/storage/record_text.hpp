#pragma once

#include <string>

#include "tuner/study/ledger.hpp"

namespace tune::tuner {

// What the tables of a store keep of trials as JSON. Numbers come back to the bit. All that read
// throw InputError on text that they did not write.

/// What was asked for.
std::string proposal_text(const search::Proposal& proposal);
search::Proposal proposal_of(const std::string& text);

/// What came out, without the proposal and the histories. Bytes of a failure that are no UTF-8 are
/// replaced.
std::string record_text(const TrialRecord& record);
/// `number`, `from` and the proposal's part of the record are given.
TrialRecord record_of(const std::string& text, std::size_t number, const search::Proposal& proposal,
                      int from);

/// The histories of its folds.
std::string history_text(const TrialRecord& record);
/// Puts them back.
void restore_history(TrialRecord& record, const std::string& text);

}  // namespace tune::tuner
