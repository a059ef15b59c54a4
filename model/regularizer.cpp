#include "model/regularizer.hpp"

#include "model/term.hpp"
#include "search/base/error.hpp"

namespace tune::model {
namespace {

const Setting kL1{"l1", 0.01, 0}, kL2{"l2", 0.01, 0};
/// The smallest limit is above zero, at which a unit could never learn.
const Setting kLimit{"max_value", 2, 1e-6};

[[noreturn]] void unknown(std::string_view what, const std::string& name,
                          const std::vector<std::string>& names) {
  throw base::InputError("unknown " + std::string(what) + " '" + name + "'" +
                         base::suggestion(name, names));
}

}  // namespace

Regularizer regularizer(std::string_view text) {
  const Term term = parse_term(text);
  if (term.name == "none") {
    values_of(term, {});
    return {};
  }
  if (term.name == "l1") return {.l1 = values_of(term, {{kL1}})[0]};
  if (term.name == "l2") return {.l2 = values_of(term, {{kL2}})[0]};
  if (term.name == "l1_l2") {
    const std::vector<double> factors = values_of(term, {{kL1, kL2}});
    return {factors[0], factors[1]};
  }
  unknown("regularizer", term.name, {"none", "l1", "l2", "l1_l2"});
}

std::string to_text(const Regularizer& regularizer) {
  const auto& [l1, l2] = regularizer;
  if (l1 == 0 && l2 == 0) return "none";
  const Setting numbers[] = {kL1, kL2};
  if (l2 == 0) return term_text("l1", {{l1}}, numbers);
  if (l1 == 0) return term_text("l2", {{l2}}, numbers);
  return term_text("l1_l2", {{l1, l2}}, numbers);
}

double max_norm(std::string_view text) {
  const Term term = parse_term(text);
  if (term.name == "none") {
    values_of(term, {});
    return 0;
  }
  if (term.name == "max_norm") return values_of(term, {{kLimit}})[0];
  unknown("constraint", term.name, {"none", "max_norm"});
}

std::string max_norm_text(double limit) {
  return limit == 0 ? "none" : term_text("max_norm", {{limit}}, {{kLimit}});
}

}  // namespace tune::model
