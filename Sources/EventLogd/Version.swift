/// The version of daemon and protocol, as `--version` and `status` say it.
package enum Version {
    package static let current = "0.1.0"
}
