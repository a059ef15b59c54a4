#include <string>

#include "search/makers.hpp"

namespace tune::search {
namespace {

/// The configurations of a file, in order; also those that stand there twice.
class List final : public Strategy {
 public:
  explicit List(const Setting& setting) : setting_(setting) {
    const auto& list = setting.configurations;
    if (list.empty()) throw base::InputError("list: there are no configurations in it");
    for (std::size_t i = 0; i < list.size(); ++i) {
      try {
        setting.space.require(list[i]);
      } catch (const base::InputError& error) {
        throw base::InputError("list: configuration " + std::to_string(i) + ": " + error.what());
      }
    }
  }

  Move ask(const Prefix& prefix, base::Rng) const override {
    if (prefix.size() >= setting_.configurations.size()) return Done{};
    // By way of the row values get the types of the space: a 1 in the file is 1.0 where it is real.
    const auto& space = setting_.space;
    return Proposal{
        space.from_row(space.to_row(setting_.configurations[prefix.size()])), setting_.epochs, {}};
  }

  bool adaptive() const override { return false; }
  bool by_number() const override { return true; }
  std::optional<std::size_t> limit() const override { return setting_.configurations.size(); }

 private:
  const Setting& setting_;
};

}  // namespace

std::unique_ptr<const Strategy> make_list(const Setting& setting, const base::Reader&) {
  return std::make_unique<List>(setting);
}

}  // namespace tune::search
