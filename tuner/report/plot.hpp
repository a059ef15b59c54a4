#pragma once

#include <filesystem>
#include <string>

namespace tune::tuner {

/// Whether gnuplot, which draws the pictures, is installed.
bool can_plot();

/// Runs a gnuplot script and keeps what it draws as an SVG file, which is there in full or not at
/// all. The script sets no terminal and no output. Throws InputError with the path if the file
/// cannot be written, std::runtime_error if gnuplot fails.
void plot_svg(const std::filesystem::path& file, const std::string& script);

}  // namespace tune::tuner
