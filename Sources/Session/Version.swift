/// The version of nabla. It stands here alone: `--version` prints it, and the newest entry of
/// CHANGELOG.md must be of it.
package enum Version {
  package static let current = "0.2.0"
}
