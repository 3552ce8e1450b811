import CKernels

/// Whether what is computed on this thread keeps its history. Paused, results are leaves, as under
/// PyTorch's `no_grad()`.
package enum Recording {
  package static var isPaused: Bool {
    @inlinable get { nk_recording_pause().pointee }
    set { nk_recording_pause().pointee = newValue }
  }
}
