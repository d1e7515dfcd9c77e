#pragma once

#include <mlops/aml/jobs/create.hpp>
#include <mlops/aml/workspace.hpp>
#include <string>
#include <utility>
#include <vector>

namespace mlops::aml {

using NamedTexts = std::vector<std::pair<std::string, std::string>>;

/// A request to a batch endpoint. A value is a literal, a local file or folder, the address of one, or a registered
/// data asset (azureml:<name>:<version>, or its id); a type before it ("uri_file:...", "string:...") says what it is
/// where its form doesn't. What has no type is a file when its last part has a suffix, else a folder.
struct BatchRequest {
  std::string endpoint;
  std::string deployment;  ///< empty: the endpoint's default
  NamedTexts inputs;
  NamedTexts outputs;      ///< addresses
  std::string experiment;  ///< empty: the service's choice
  std::string job_name;    ///< empty: derived, so that a repetition of the same pipeline run finds its job
  bool force = false;      ///< a new job whatever there is
};

/// A value of a request with its type taken apart from it.
struct TypedValue {
  std::string type;  ///< as in YAML: uri_file, mltable, ..., or "literal"
  std::string value;
};

/// Tells the type as BatchRequest says. Local files are looked at.
TypedValue typed_value(const std::string& text);

/// The body of the request in azure-ai-ml's form; every address must be one already.
json::object batch_request_body(const BatchRequest& request);

/// Starts the job, or adopts one that an interrupted run of the same pipeline started by the same call; uploads what is
/// local. Throws core::Error "not-found" for an endpoint that isn't there, and what the service says. In a dry run only
/// the request is printed.
SubmittedJob invoke_batch_endpoint(Workspace& workspace, BatchRequest request);

}  // namespace mlops::aml
