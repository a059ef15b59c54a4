#pragma once

#include <filesystem>

#include "search/base/reader.hpp"
#include "tuner/data/dataset.hpp"

namespace tune::tuner {

/// The data set of [data] idx_images and idx_labels, with the rows of test_images and test_labels
/// behind them. IDX is the format of MNIST (http://yann.lecun.com/exdb/mnist): a magic number with
/// the type of the elements and the number of dimensions, the dimensions, then the elements, all
/// big-endian; read plain or compressed with gzip.
Dataset load_idx(const base::Reader& options, const std::filesystem::path& folder);

/// Items of an IDX file as columns; each must have `features` elements. Bytes are divided by 255.
Eigen::MatrixXf read_idx_items(const std::filesystem::path& file, std::size_t features);

/// Does the file start like an IDX file, or like gzip?
bool looks_like_idx(const std::filesystem::path& file);

}  // namespace tune::tuner
