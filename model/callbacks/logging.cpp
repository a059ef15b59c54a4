#include "model/callbacks/logging.hpp"

#include <algorithm>
#include <cmath>
#include <ostream>
#include <stdexcept>

#include "search/base/error.hpp"

namespace tune::model {

void CSVLogger::on_train_begin(Training&) {
  std::error_code none;
  const auto size = std::filesystem::file_size(options_.filename, none);
  header_ = !options_.append || none || size == 0;
  columns_.clear();
  file_ = std::ofstream(options_.filename, options_.append ? std::ios::app : std::ios::trunc);
  if (!file_) throw base::InputError(options_.filename.string() + ": cannot be written");
}

void CSVLogger::on_epoch_end(Training&, int epoch, Logs& logs) {
  if (columns_.empty()) {
    for (const auto& [name, value] : logs) columns_.push_back(name);
    if (std::ranges::none_of(columns_, [](const auto& name) { return name.starts_with("val_"); })) {
      const std::size_t count = columns_.size();
      for (std::size_t i = 0; i < count; ++i) columns_.push_back("val_" + columns_[i]);
    }
    if (header_) {
      file_ << "epoch";
      for (const std::string& name : columns_) file_ << options_.separator << name;
      file_ << '\n';
    }
  }
  file_ << epoch;
  for (const std::string& name : columns_) {
    const auto found = logs.find(name);
    file_ << options_.separator
          << (found == logs.end() ? "NA" : base::to_text(base::Value(found->second)));
  }
  file_ << '\n';
  if (!file_.flush()) throw base::InputError(options_.filename.string() + ": cannot be written");
}

void CSVLogger::on_train_end(Training&) {
  file_.close();
}

void TerminateOnNaN::on_train_begin(Training&) {
  batch_.reset();
}

void TerminateOnNaN::on_train_batch_end(Training& training, Index batch, const BatchLogs& logs) {
  if (std::isfinite(logs.batch_loss())) return;
  batch_ = batch;
  training.stop = true;
  if (raise_error_) {
    throw std::runtime_error("NaN or Inf loss encountered at batch " + std::to_string(batch));
  }
  if (out_ != nullptr) *out_ << "Batch " << batch << ": Invalid loss, terminating training\n";
}

}  // namespace tune::model
