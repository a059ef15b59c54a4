#include "search/makers.hpp"
#include "search/untried.hpp"

namespace tune::search {
namespace {

/// Independent uniform draws of the unit cube, none of them twice.
class Random final : public Strategy {
 public:
  explicit Random(const Setting& setting) : setting_(setting), untried_(setting.space, "random") {}

  Move ask(const Prefix& prefix, base::Rng rng) const override {
    const auto row = untried_.draw(prefix, rng);
    if (!row) return Done{};
    return Proposal{setting_.space.from_row(*row), setting_.epochs, {}};
  }

  bool adaptive() const override { return false; }
  std::optional<std::size_t> limit() const override { return untried_.limit(); }

 private:
  const Setting& setting_;
  Untried untried_;
};

}  // namespace

std::unique_ptr<const Strategy> make_random(const Setting& setting, const base::Reader&) {
  return std::make_unique<Random>(setting);
}

}  // namespace tune::search
