#include <mlops/aml/compile/component_kind.hpp>

namespace mlops::aml {

const ComponentKind& data_transfer_component_kind() {
  static const Table copy = {
      {"task", "task", convert::choice({{"copy_data", "copy_data"}}), true},
      {"data_copy_mode", "data_copy_mode",
       convert::choice({{"merge_with_overwrite", "merge_with_overwrite"}, {"fail_if_conflict", "fail_if_conflict"}})},
  };
  static const ComponentKind kind = {
      .type = "data_transfer", .name = "a data transfer component", .definition = copy, .settings = copy};
  return kind;
}

}  // namespace mlops::aml
