#pragma once

#include <string>

namespace tune::tuner {

/// Names this process among all of all machines: host, boot of the host, name space and number of
/// the process, and when it began, as one word each.
std::string this_process();

/// Has the process of that name certainly ended? Only processes of this host, boot and name space
/// can be looked at; of others the answer is no: machines may be copies of each other, name and
/// all. Thread-safe.
bool has_ended(const std::string& process);

/// For the eye: "process 123 on host".
std::string describe_process(const std::string& process);

}  // namespace tune::tuner
