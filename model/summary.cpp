#include "model/summary.hpp"

#include <algorithm>
#include <cstdio>

#include "model/io/keras_order.hpp"
#include "model/model.hpp"
#include "model/summary_table.hpp"

// As keras.src.utils.summary_utils.

namespace tune::model {
namespace {

/// Is there anything but nodes that each take the one before?
bool branches(const Network& network, std::span<const std::size_t> order) {
  for (std::size_t i = 1; i < order.size(); ++i) {
    const std::vector<std::size_t>& inputs = network.nodes()[order[i]].inputs;
    if (inputs.size() != 1 || inputs[0] != order[i - 1]) return true;
  }
  return false;
}

/// With commas between the thousands.
std::string grouped(std::int64_t number) {
  std::string text = std::to_string(number);
  for (auto end = std::ssize(text) - 3; end > 0; end -= 3) {
    text.insert(static_cast<std::size_t>(end), ",");
  }
  return text;
}

/// "(1.02 MB)" of so many numbers in float32.
std::string memory(std::int64_t numbers) {
  static constexpr const char* kUnits[] = {"B", "KB", "MB", "GB", "TB", "PB"};
  double size = static_cast<double>(numbers) * sizeof(float);
  std::size_t unit = 0;
  for (; size >= 1024 && unit + 1 < std::size(kUnits); ++unit) size /= 1024;
  char text[32];
  std::snprintf(text, sizeof text, "(%.2f %s)", size, kUnits[unit]);
  return text;
}

std::string batch_shape(const Shape& shape) {
  std::string text = "(None";
  for (const std::int64_t axis : shape) text += ", " + std::to_string(axis);
  return text + ')';
}

SummaryRow row_of(const Model& model, const Node& node, bool connected, bool trainable) {
  const ParamCount count = model.count_params(node.name);
  const std::string type(node.layer == nullptr ? "InputLayer" : node.layer->type());
  SummaryRow row = {node.name + " (" + type + ")", batch_shape(node.shape), grouped(count.total())};
  if (connected) {
    std::string inputs;
    for (const std::size_t input : node.inputs) {
      inputs += (inputs.empty() ? "" : ", ") + model.network().nodes()[input].name + "[0][0]";
    }
    row.push_back(inputs.empty() ? "-" : inputs);
  }
  if (trainable) {
    const bool has_weights = !node.weights.empty();
    row.push_back(!has_weights ? "-" : model.trainable(node.name) ? "Y" : "N");
  }
  return row;
}

/// Keras's columns, and the length of its lines.
std::pair<std::vector<SummaryColumn>, int> layout(bool connected, bool trainable) {
  using enum SummaryColumn::Align;
  std::vector<SummaryColumn> columns;
  if (connected) {
    columns = {{"Layer (type)", left, 0.3},
               {"Output Shape", left, 0.56},
               {"Param #", right, 0.74},
               {"Connected to", left, 1}};
  } else {
    columns = {{"Layer (type)", left, 0.45}, {"Output Shape", left, 0.8}, {"Param #", right, 1}};
  }
  int length = connected ? 108 : 88;
  if (trainable) {
    for (SummaryColumn& column : columns) column.end *= 0.9;
    columns.push_back({"Trainable", center, 1});
    length += 12;
  }
  return {columns, length};
}

}  // namespace

std::string Model::summary(const SummaryOptions& options) const {
  const bool chain = network_->is_chain();
  const bool connections = options.connections && network_->connected();
  std::vector<std::size_t> order = keras_order(*network_);
  if (!connections) std::ranges::sort(order);
  const bool connected = connections && branches(*network_, order);
  std::vector<SummaryRow> rows;
  for (const std::size_t n : order) {
    const Node& node = network_->nodes()[n];
    // Neither a Sequential model nor a subclassed one lists its inputs.
    if (node.layer == nullptr && (chain || !connections)) continue;
    rows.push_back(row_of(*this, node, connected, options.show_trainable));
  }
  const auto [columns, usual] = layout(connected, options.show_trainable);
  const std::string name = !options.name.empty() ? options.name
                           : chain               ? "sequential"
                                                 : "functional";
  const ParamCount count = count_params();
  const auto line = [](const char* what, std::int64_t params) {
    return std::string(" ") + what + ": " + grouped(params) + ' ' + memory(params) + '\n';
  };
  return "Model: \"" + name + "\"\n" +
         draw_table(columns, rows, options.line_length > 0 ? options.line_length : usual) +
         line("Total params", count.total()) + line("Trainable params", count.trainable) +
         line("Non-trainable params", count.non_trainable);
}

}  // namespace tune::model
