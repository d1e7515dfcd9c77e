#pragma once

namespace mlops::http {

/// Whether libcurl uses Windows' own TLS, which has the system's store of certificates and takes a client's certificate
/// as an archive only.
bool is_schannel();

}  // namespace mlops::http
